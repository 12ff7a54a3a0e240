"""Question sets with known evidence: a JSON object a line."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moe.contracts.misfits import describe_misfit
from moe_core.contracts.errors import DocumentError
from moe_core.files.regular import read_regular

MAX_BYTES = 256 << 20  # the largest known sets of questions have 100 MB


class GoldQuestion(BaseModel):
    """A question and the evidence that answers it.

    Attributes:
        gold: Ids of what holds the evidence: lines of a corpus, documents or passages.
        support: (passage id, number of the sentence in it, from 0), where the set has it.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: str = ""
    question: str = Field(min_length=1)
    answer: str | None = None
    type: str = ""
    gold: tuple[str, ...] = ()
    support: tuple[tuple[str, int], ...] = ()


def load_questions(path: Path) -> list[GoldQuestion]:
    """Read a question set; empty lines are passed over.

    Raises:
        DocumentError: The file cannot be read, or a line is no question; which one, and why.
    """
    try:
        text = read_regular(path, max_bytes=MAX_BYTES).decode("utf-8-sig")
        lines = text.split("\n")  # JSON may hold U+2028 and its like as they are
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise DocumentError(
            f"the questions {path} cannot be read: {reason}", path=str(path), hint="give a .jsonl file of questions"
        ) from error
    questions = [_read_line(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not questions:
        raise DocumentError(f"{path} holds no question", path=str(path), hint='write {"question", "gold"} on each line')
    return questions


def spread_questions(questions: Sequence[GoldQuestion], most: int) -> Sequence[GoldQuestion]:
    """At most so many of them, evenly from all."""
    return questions[:: max(1, -(-len(questions) // most))]


def _read_line(path: Path, number: int, line: str) -> GoldQuestion:
    try:
        return GoldQuestion.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        what = f"{place} {describe_misfit(first)}" if place else describe_misfit(first)
        raise DocumentError(
            f"{path}, line {number}: {what}",
            path=str(path),
            hint='each line is an object with "question" and "gold"',
        ) from error
