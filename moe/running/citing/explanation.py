"""Why an answer cites what it cites: the searches that found each cited passage, and the personas' paths to it."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from moe.contracts.explanation import CitedPassage, FindingSearch
from moe.contracts.result import Citation
from moe.contracts.walks import ExplorationReport, WalkReport
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import DocumentsExplored
from moe_core.contracts.wire import from_wire, to_wire


def explain_citations(citations: Sequence[Citation], events: Iterable[Event]) -> list[CitedPassage]:
    """How the cited passages were found, in the order of the citations.

    Args:
        citations: Of the answer.
        events: Of its run, which was asked to explain itself.
    """
    explored = [event for event in events if isinstance(event.data, DocumentsExplored)]
    reports = [(event, from_wire(ExplorationReport, to_wire(event.data))) for event in explored]
    passages: dict[str, CitedPassage] = {}
    for number, citation in enumerate(citations, start=1):
        known = passages.get(citation.passage_id)
        if known is not None:
            passages[citation.passage_id] = replace(known, citations=(*known.citations, number))
            continue
        passages[citation.passage_id] = CitedPassage(
            passage_id=citation.passage_id,
            document=citation.document,
            citations=(number,),
            searches=_find_searches(citation.passage_id, reports),
        )
    return list(passages.values())


def _find_searches(passage_id: str, reports: Sequence[tuple[Event, ExplorationReport]]) -> tuple[FindingSearch, ...]:
    by_query: dict[str, FindingSearch] = {}
    for event, report in reports:
        if passage_id not in report.found:
            continue
        rank = report.found.index(passage_id) + 1
        if report.query in by_query and by_query[report.query].rank <= rank:
            continue
        by_query[report.query] = FindingSearch(
            query=report.query,
            agent=event.agent,
            tool=event.data.tool if isinstance(event.data, DocumentsExplored) else "",
            task_id=event.task_id or "",
            rank=rank,
            found=len(report.found),
            seeds=report.seeds,
            walks=tuple(_keep_path(walk, passage_id) for walk in report.walks),
            experts=report.experts,
            verdict=report.verdict,
        )
    return tuple(sorted(by_query.values(), key=lambda search: search.rank))


def _keep_path(walk: WalkReport, passage_id: str) -> WalkReport:
    return replace(walk, paths=tuple(path for path in walk.paths if path.passage_id == passage_id))
