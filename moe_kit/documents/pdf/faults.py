"""What is wrong with the text of a PDF page, told to who reads the document."""

import re
from collections import defaultdict
from collections.abc import Sequence

NO_TEXT = "hold{s} no text (scanned?): run ocrmypdf"
GLUED = "hold{s} words run together, as the file has no spaces there: run ocrmypdf --force-ocr"
GARBLED = "hold{s} characters that the file does not name (a font without a Unicode map): run ocrmypdf --force-ocr"

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]{3,}")
_VOWEL = re.compile("[aeiouyAEIOUY]")
_WORDS_MIN = 20
_SHIFTED = 0.35  # of the words: text has 0.03, lists of abbreviations 0.2
_LONG = 28  # letters; German and Finnish compounds of that length are rare enough


def find_fault(text: str, unmapped: int) -> str:
    """What is wrong with a page's text, or ""."""
    letters = sum(map(len, _WORD.findall(text)))
    if unmapped > 0.1 * (letters + unmapped) or _is_shifted(text):
        return GARBLED
    glued = sum(len(word) for word in _WORD.findall(text) if len(word) >= _LONG and word.lower() != word.upper())
    return GLUED if glued > 0.2 * letters else ""


def _is_shifted(text: str) -> bool:
    """Whether Latin words have no vowels: characters stand for others."""
    words = _LATIN.findall(text)
    return len(words) >= _WORDS_MIN and sum(_VOWEL.search(word) is None for word in words) > _SHIFTED * len(words)


def describe_faults(faults: Sequence[tuple[str, str]]) -> list[str]:
    """A line for each kind of fault: "pages 3-9 hold no text …".

    Args:
        faults: Each page's label with its fault, "" for none, in order.
    """
    runs: defaultdict[str, list[list[str]]] = defaultdict(list)
    before = ""
    for label, fault in faults:
        if fault and fault == before:
            runs[fault][-1].append(label)
        elif fault:
            runs[fault].append([label])
        before = fault
    return [_describe(fault, found) for fault, found in runs.items()]


def _describe(fault: str, runs: list[list[str]]) -> str:
    is_one = len(runs) == 1 and len(runs[0]) == 1
    shown = ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"page{'' if is_one else 's'} {shown} {fault.format(s='s' if is_one else '')}"
