"""How well PDF readers keep the words of real files: moe's, and the others that are installed.

    python benchmarks/reading/pdf.py FOLDER [--readers moe,pypdf,...] [--per-file] [--json]

Each PDF of the folder is held against a text of the same work that another program made: `NAME.txt` beside `NAME.pdf`
(many packages ship a manual as both), or else what poppler's `pdftotext` gives. Of the words of that text:

- lost: not in what the reader gives. Words of running heads, which moe leaves out, count here too;
- glued: words of the reader that are two or more words of the text written as one;
- split: pairs of words of the reader that are one word of the text;
- strange: pairs of known words that follow each other nowhere in the text. Heads, page numbers and notes between two
  words of a sentence count here, and columns read across: what looks like a quotation but was never written.

Times are of CPU, memory is the highest resident set of a process that reads only that file.
"""

import argparse
import importlib.util
import json
import re
import resource
import shutil
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

READERS = ("moe", "pypdf", "pypdfium2", "pdfminer", "pdfplumber", "pymupdf", "pdftotext")
MODULES = {"pdfminer": "pdfminer.high_level"}
FILE_SECONDS = 600
_WORD = re.compile(r"[^\W_]+")
_HYPHEN = re.compile("(?<=\\w)[-\u2010\u00ad]\\s*\\n\\s*(?=\\w)")
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def read_with(reader: str, path: str) -> str:
    """The whole text of a file; only the asked reader is imported."""
    if reader == "moe":
        loading = __import__("moe_kit.documents.formats.pdf", fromlist=["load_pdf"])
        return "\n".join(document.text for document in loading.load_pdf(Path(path), path).documents)
    if reader == "pypdf":
        return "\n".join(page.extract_text() for page in __import__("pypdf").PdfReader(path).pages)
    if reader == "pypdfium2":
        return "\n".join(page.get_textpage().get_text_range() for page in __import__("pypdfium2").PdfDocument(path))
    if reader == "pdfminer":
        return str(__import__("pdfminer.high_level").high_level.extract_text(path))
    if reader == "pdfplumber":
        return "\n".join(page.extract_text() for page in __import__("pdfplumber").open(path).pages)
    if reader == "pymupdf":
        return "\n".join(page.get_text() for page in __import__("pymupdf").open(path))
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()


def has_reader(reader: str) -> bool:
    """Whether it is installed."""
    if reader == "pdftotext":
        return shutil.which(reader) is not None
    return reader == "moe" or importlib.util.find_spec(MODULES.get(reader, reader)) is not None


def read_alone(reader: str, path: Path) -> dict[str, object]:
    """Read in a process of its own: text, CPU seconds, megabytes; or what went wrong."""
    command = [sys.executable, __file__, "--child", reader, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=FILE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"more than {FILE_SECONDS} seconds"}
    if done.returncode:
        return {"error": (done.stderr.decode(errors="replace").strip().splitlines() or ["ended"])[-1]}
    return dict(json.loads(done.stdout))


def run_child(reader: str, path: str) -> None:
    """Read one file and print what came of it as JSON."""
    text = read_with(reader, path)
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = children.ru_utime + children.ru_stime if reader == "pdftotext" else time.process_time()
    memory = children.ru_maxrss if reader == "pdftotext" else own.ru_maxrss
    sys.stdout.write(json.dumps({"text": text, "seconds": seconds, "megabytes": memory // 1024}))


def find_words(text: str) -> list[str]:
    """Words without case, forms and hyphens at line ends; ideographs one by one."""
    text = _HYPHEN.sub("", unicodedata.normalize("NFKC", text).replace("\u00ad", ""))
    text = text.replace("\ufffe", "")  # PDFium's mark for a hyphen at a line's end
    return _WORD.findall(_IDEOGRAPHS.sub(r" \g<0> ", text).lower())


def is_glued(word: str, known: set[str]) -> bool:
    """Whether a word is two or more known words of three letters or more, or one such and known shorter ones."""
    reach = [0] + [-1] * len(word)  # the longest known part on the way to each place
    for end in range(1, len(word) + 1):
        for begin in range(max(0, end - 30), end):
            if reach[begin] >= 0 and (begin, end) != (0, len(word)) and word[begin:end] in known:
                reach[end] = max(reach[end], reach[begin], end - begin)
    return reach[-1] >= 3


def compare(text: str, truth: str) -> Counter[str]:
    """Count what went wrong, and the words of the truth."""
    words, right = find_words(text), find_words(truth)
    known, pairs, twice = set(right), set(pairwise(right)), Counter(right)
    ours = Counter(words)
    faults: Counter[str] = Counter(words=len(right), ours=max(1, len(words)))
    faults["lost"] = sum(max(0, count - ours[word]) for word, count in twice.items())
    faults["glued"] = sum(count for word, count in ours.items() if word not in known and is_glued(word, known))
    for first, second in pairwise(words):
        if (first, second) in pairs:
            continue
        faults["split"] += first + second in known and not (first in known and second in known)
        faults["strange"] += first in known and second in known
    return faults


def measure(folder: Path, readers: list[str], *, per_file: bool) -> dict[str, dict[str, float]]:
    """Run all readers over all files and sum up."""
    sums: dict[str, Counter[str]] = {reader: Counter() for reader in readers}
    for path in sorted(folder.glob("*.pdf")):
        twin = path.with_suffix(".txt")
        truth = twin.read_text(errors="replace") if twin.is_file() else read_with("pdftotext", str(path))
        for reader in readers:
            result = read_alone(reader, path)
            if "error" in result:
                sums[reader]["failed"] += 1
                print(f"{path.name} {reader}: {result['error']}", file=sys.stderr)
                continue
            faults = compare(str(result["text"]), truth)
            if per_file:
                print(f"{path.name:30} {reader:10} {format_rates(get_rates(faults))} {result['seconds']:6.1f} s")
            sums[reader].update(faults)
            sums[reader]["milliseconds"] += int(1000 * float(str(result["seconds"])))
            sums[reader]["megabytes"] = max(sums[reader]["megabytes"], int(str(result["megabytes"])))
    return {reader: {**get_rates(counts), **get_costs(counts)} for reader, counts in sums.items()}


def get_rates(counts: Counter[str]) -> dict[str, float]:
    """Faults in percent of the words."""
    base = {"lost": "words", "glued": "ours", "split": "ours", "strange": "ours"}
    return {name: 100 * counts[name] / max(1, counts[of]) for name, of in base.items()}


def get_costs(counts: Counter[str]) -> dict[str, float]:
    """CPU milliseconds a thousand words, peak memory, files that could not be read."""
    speed = counts["milliseconds"] / max(1, counts["words"]) * 1000
    return {"ms/1000 words": speed, "peak MB": float(counts["megabytes"]), "failed": float(counts["failed"])}


def format_rates(rates: dict[str, float]) -> str:
    return " ".join(f"{name} {value:6.2f}" for name, value in rates.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--per-file", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        run_child(*arguments.child)
        return
    readers = [reader for reader in arguments.readers.split(",") if has_reader(reader)]
    results = measure(arguments.folder, readers, per_file=arguments.per_file)
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    for reader, rates in results.items():
        print(f"{reader:10} {format_rates(rates)}")


if __name__ == "__main__":
    main()
