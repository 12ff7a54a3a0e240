"""From statements to the answer a person reads: text with [n] marks, and the citations they point at."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from moe.contracts.result import Citation, CitationPlace
from moe.contracts.task_kinds import AnswerForm
from moe.running.observer import SKIPPED
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.task import Statement, TaskError, TaskResult
from moe_core.text.quoting import disarm_text

PlaceFinder = Callable[[str, int, int], CitationPlace]

NO_MODEL_USED = "No language model was used"
MODEL_UNUSED = "A language model was asked and gave nothing of use"
NOT_FOUND = "Not found in the documents."
NOT_SEARCHED = "Whether the documents say something on this is not known: not everything was searched ({reason})."
SKIPPED_CALL = "{reason}, and nothing else answers this."
NO_MODEL = "No language model was used: the sentences above are taken from the documents as they stand."
NO_MODEL_NOT_FOUND = "No language model was used: the documents' own sentences were searched."
NO_MODEL_NOT_SEARCHED = "No language model was used."


def write_answer(
    result: TaskResult,
    *,
    used_language_model: bool,
    asked_language_model: bool = False,
    gaps: Sequence[TaskError] = (),
    find_place: PlaceFinder = lambda *_: CitationPlace(),
    form: AnswerForm = AnswerForm.PROSE,
) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text and its citations, numbered from 1 in the order of their first use.

    Marks like [1] and markup in what documents, models and tools say are disarmed: every [n] points at a citation.

    Args:
        result: What was found.
        used_language_model: Whether one took part.
        asked_language_model: Whether one was asked; when nothing of it was used, that is said.
        gaps: Why parts of the work were not done; with one, it is not said that nothing is there.
        find_place: Names the page and the row that characters of a document stand on.
        form: Statements as paragraphs, or as items of a list.
    """
    known = {item.evidence_id: item for item in result.evidence}
    numbers: dict[Citation, int] = {}
    paragraphs = []
    for statement in result.statements:
        cited = [numbers.setdefault(citation, len(numbers) + 1) for citation in _cite(statement, known, find_place)]
        marks = "".join(f"[{number}]" for number in dict.fromkeys(cited))
        text = statement.text if statement.tool else " ".join(statement.text.split())
        paragraphs.append(f"{disarm_text(text)} {marks}".rstrip())
    if form is AnswerForm.LIST and paragraphs:
        paragraphs = ["\n".join(f"- {paragraph.replace(chr(10), chr(10) + '  ')}" for paragraph in paragraphs)]
    if not paragraphs:
        paragraphs = [_word_gap(gaps[0]) if gaps else NOT_FOUND]
        paragraphs += [disarm_text(reason) for reason in result.declined[:1]]
    if not used_language_model:
        origin = NO_MODEL_NOT_SEARCHED if gaps and not result.statements else _describe_origin(result.statements)
        paragraphs.append(origin.replace(NO_MODEL_USED, MODEL_UNUSED, 1) if asked_language_model else origin)
    return "\n\n".join(paragraphs), tuple(numbers)


def _word_gap(gap: TaskError) -> str:
    """Why nothing can be said."""
    reason = disarm_text(gap.message).rstrip(".")
    return SKIPPED_CALL.format(reason=reason) if gap.code == SKIPPED else NOT_SEARCHED.format(reason=reason)


def _describe_origin(statements: Sequence[Statement]) -> str:
    """Where an answer without a language model comes from."""
    if not statements:
        return NO_MODEL_NOT_FOUND
    tools = " and ".join(dict.fromkeys(statement.tool for statement in statements if statement.tool))
    if not tools:
        return NO_MODEL
    computed = f"No language model was used: the tool {tools} worked out the first part"
    if all(statement.tool for statement in statements):
        return f"No language model was used: the tool {tools} worked this out."
    return f"{computed}; the sentences after it are taken from the documents as they stand."


def _cite(statement: Statement, known: Mapping[str, Evidence], find_place: PlaceFinder) -> Iterator[Citation]:
    for span in statement.spans:
        item = known[span.evidence_id]
        place = find_place(item.document, span.start, span.end)
        yield Citation(
            document=item.document,
            passage_id=item.passage_id,
            start=span.start,
            end=span.end,
            text=item.text[span.start - item.start : span.end - item.start],
            score=round(item.score, 4),
            page=place.page,
            row=place.row,
        )
