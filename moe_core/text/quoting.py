"""Text of documents and models written so that it can be taken neither for moe's citation marks nor for markup."""

import re
from collections.abc import Iterator

# What a citation mark can look like: a number, or several, between brackets, whatever stands invisibly among them.
_NUMBERS = re.compile("[\\d\\s,;:.&^*+\u2010-\u2015\u00ad\u200b-\u200f\u2060-\u2064\ufeff-]*")
_HAS_DIGIT = re.compile(r"\d")
_BRACKET = re.compile("[\\[\\]\uff3b\uff3d]")
_OPENING = frozenset("[\uff3b")
_LINKING = frozenset("(:")  # after a closing bracket, what makes a link, an image or the definition of one of Markdown
_TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]*)(>?)")


def disarm_text(text: str) -> str:
    """The text with ⟦7⟧ for [7], ⟦words⟧(address) for links and images of Markdown, ‹tag› for tags of HTML.

    The result can stand beside moe's own marks like [1], and in what shows Markdown or HTML, without being read as
    either. All else stays as it is, so that a person reads the same words.
    """
    if "[" in text or "]" in text or "\uff3b" in text:
        chars = list(text)
        for place, is_opening in _find_acting(text):
            chars[place] = "⟦" if is_opening else "⟧"
        text = "".join(chars)
    return _TAG.sub(_write_tag, text) if "<" in text else text


def _find_acting(text: str) -> Iterator[tuple[int, bool]]:
    """The places of brackets that act, and whether each opens."""
    open_places: list[int] = []
    for match in _BRACKET.finditer(text):
        place = match.start()
        if match.group() in _OPENING:
            open_places.append(place)
            continue
        begin = open_places.pop() if open_places else None
        is_linking = text[place + 1 : place + 2] in _LINKING
        if is_linking or (begin is not None and _is_mark(text[begin + 1 : place])):
            yield place, False
            if begin is not None:
                yield begin, True


def _is_mark(content: str) -> bool:
    return _NUMBERS.fullmatch(content) is not None and _HAS_DIGIT.search(content) is not None


def _write_tag(match: re.Match[str]) -> str:
    return f"‹{match.group(1)}{'›' if match.group(2) else ''}"
