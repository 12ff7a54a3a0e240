"""Holding an outcome against its documents before it is told: every quote stands there, and absence is established."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from moe.knowledge.library import DocumentLibrary
from moe_core.contracts.errors import StorageError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.task import Statement, Status, TaskError, TaskResult

MISQUOTED = "A tool quoted words that do not stand in {document}; what rests on them was left out."
_DAMAGE = StorageError.code


def scrutinise(outcome: TaskResult, library: DocumentLibrary | None, gaps: Iterable[TaskError]) -> TaskResult:
    """The outcome without statements whose quotes do not stand in the documents.

    Args:
        outcome: The top agent's.
        library: What it was to be found in.
        gaps: Why parts of the work were not done.

    Raises:
        StorageError: The index is damaged, so that neither what was found nor what was not can be relied on.
    """
    damage = next((gap for gap in gaps if gap.code == _DAMAGE), None)
    if damage is not None:
        raise StorageError(damage.message, hint="run `moe index verify`, which tells all that is wrong")
    if library is None:
        return outcome
    if not outcome.statements:
        library.index.check()
        return outcome
    cited = {span.evidence_id for statement in outcome.statements for span in statement.spans}
    wrong = [item for item in outcome.evidence if item.evidence_id in cited and not _stands(item, library)]
    return _leave_out(outcome, wrong) if wrong else outcome


def _stands(item: Evidence, library: DocumentLibrary) -> bool:
    """Whether a piece of evidence is what its document says; what is of no document here is its tool's to answer for.

    Raises:
        StorageError: The index is damaged.
    """
    index = library.index
    number = index.find_document_number(item.document)
    if number is None:
        return True
    place = index.find_number(item.passage_id)
    if place is not None:
        passage = index.get_sound_passage(place)
        if passage.document_id == item.document and passage.start <= item.start <= item.end <= passage.end:
            return passage.text[item.start - passage.start : item.end - passage.start] == item.text
    return index.documents[number].text[item.start : item.end] == item.text


def _leave_out(outcome: TaskResult, wrong: Sequence[Evidence]) -> TaskResult:
    ids = {item.evidence_id for item in wrong}
    told = dict.fromkeys(MISQUOTED.format(document=item.document) for item in wrong)
    return replace(
        outcome,
        status=Status.DEGRADED if outcome.status is Status.DONE else outcome.status,
        statements=tuple(statement for statement in outcome.statements if not _rests_on(statement, ids)),
        notes=(*outcome.notes, *told),
    )


def _rests_on(statement: Statement, ids: set[str]) -> bool:
    return any(span.evidence_id in ids for span in statement.spans)
