"""Answers without a language model to questions over ordinary documents, each judged by a span that must be said.

    python benchmarks/answers/judge.py [first] [second] … [twelfth] [kinds] [--show wrong] [--collection tables]

Each collection is a folder of documents with a `questions.tsv`: a question, the spans of which one must be said (none
where the documents do not answer), and the spans of another thing, which must not be. Spans are parted by `|`. What
stands in the others than `first` was written after the code that answers; the failures of each were looked at once its
first count had been made, and mended by kind: only that first count is of unseen questions.

right: the short answer holds a right span, or, where none is given, the quotes do, and no wrong one.
wrong: anything else is said. refused: nothing was found, wrongly or rightly. shown near: refused wrongly, but the
answer stands among the sentences shown as the nearest.
"""

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.knowledge.library import DocumentLibrary

HERE = Path(__file__).parent
VERDICTS = ("right", "refused rightly", "partly", "wrong", "refused wrongly")
SHOWN_NEAR = "shown near"  # of those refused wrongly, a right span stands among the nearest sentences shown
QUOTES_MAX = 3
_IN_ENGLISH = {"Ja": "Yes", "Nein": "No"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question and what its answer must and must not say."""

    text: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def read_questions(folder: Path) -> Iterator[AskedQuestion]:
    """The questions of a collection."""
    for line in (folder / "questions.tsv").read_text(encoding="utf-8").splitlines():
        question, right, wrong = (*line.split("\t"), "", "")[:3]
        yield AskedQuestion(text=question, right=_split(right), wrong=_split(wrong))


def judge(question: AskedQuestion, result: RunResult) -> str:
    """One of the verdicts."""
    statements = [part for part in result.answer.split("\n\n") if not part.startswith("No language model was used")]
    text, short = "\n".join(statements), result.short_answer
    is_refused = not result.citations and not short
    if not question.right:
        return "refused rightly" if is_refused else "wrong"
    if is_refused:
        return "refused wrongly"
    if short:
        return "right" if says(f"{short} / {_IN_ENGLISH.get(short, short)}", question.right) else "wrong"
    if not says(text, [span for span in question.right if span not in ("Yes", "No")]):
        return "wrong"
    is_long = len([part for part in statements if re.search(r"\[\d+\]$", part)]) > QUOTES_MAX
    return "partly" if is_long or says(text, question.wrong) else "right"


def says(text: str, spans: Sequence[str]) -> bool:
    """Whether a text says one of the spans, as words of its own."""
    flat = " ".join(text.split())
    return any(re.search(rf"(?<![\w.,]){re.escape(span)}(?!\w|[.,]\d)", flat, re.IGNORECASE) for span in spans)


@contextmanager
def open_collection(folder: Path) -> Iterator[tuple[App, DocumentLibrary]]:
    """An App of its own over a collection's documents, without a language model, and these."""
    with tempfile.TemporaryDirectory() as project, tempfile.TemporaryDirectory() as documents:
        for file in folder.iterdir():
            if file.name != "questions.tsv":
                (Path(documents) / file.name).write_bytes(file.read_bytes())
        overrides = {"system.provider": "extractive", "system.record": False}
        app = App.open(Path(project), overrides=overrides, environ={"XDG_CONFIG_HOME": project})
        app.index.update(add=[documents])
        yield app, app.open_library()
        app.close()


async def measure(folder: Path, shown: Sequence[str]) -> Counter[str]:
    """Ask all questions of a collection."""
    counts: Counter[str] = Counter()
    with open_collection(folder) as (app, library):
        for question in read_questions(folder):
            result = await app.run(RunRequest(question=question.text), library=library)
            verdict = judge(question, result)
            counts[verdict] += 1
            if verdict == "refused wrongly" and any(says(near.text, question.right) for near in result.nearest):
                counts[SHOWN_NEAR] += 1
            if verdict in shown:
                said = " / ".join(result.answer.split("\n\n")[:-1])[:400]
                print(f"{verdict}: {question.text}\n    wanted {question.right}, short {result.short_answer!r}")
                print(f"    {said}")
    return counts


def print_counts(name: str, counts: Counter[str]) -> None:
    """One line of the table."""
    total = sum(counts[verdict] for verdict in VERDICTS) or 1
    columns = (*VERDICTS, SHOWN_NEAR)
    print(f"{name:24}{total:4}  " + "  ".join(f"{100 * counts[column] / total:5.1f}" for column in columns))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def main() -> None:
    parser = argparse.ArgumentParser(description="Answers without a language model, judged")
    parser.add_argument("halves", nargs="*", help="folders of collections: first to twelfth, kinds")
    parser.add_argument("--show", nargs="*", default=[], choices=VERDICTS, help="print answers of these verdicts")
    parser.add_argument("--collection", default="", help="only this one")
    wanted = parser.parse_args()
    halves = wanted.halves or [
        half
        for half in (
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "kinds",
        )
        if (HERE / half).is_dir()
    ]
    unknown = [half for half in halves if not (HERE / half).is_dir()]
    if unknown:
        parser.error(f"no set of questions is called {', '.join(unknown)}; there are first to twelfth, and kinds")
    print(f"{'':24}      " + "  ".join((*VERDICTS, SHOWN_NEAR)))
    for half in halves:
        together: Counter[str] = Counter()
        for folder in sorted(path for path in (HERE / half).iterdir() if path.is_dir()):
            if wanted.collection in ("", folder.name):
                counts = anyio.run(measure, folder, wanted.show)
                print_counts(f"{half}/{folder.name}", counts)
                together += counts
        print_counts(half, together)


if __name__ == "__main__":
    main()
