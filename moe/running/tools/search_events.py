"""What a run's events tell of a search that a tool made."""

from collections.abc import Callable

from moe.knowledge.graph.walking.paths import report_exploration
from moe.knowledge.search import Exploration
from moe_core.contracts.event import EventPayload
from moe_core.contracts.payloads import DocumentsExplored
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored, SearchDecided
from moe_core.contracts.wire import from_wire, to_wire


def tell_search(
    tool: str, exploration: Exploration, tell: Callable[[EventPayload], object], *, is_explained: bool
) -> None:
    """Tell which experts were woken for a search and how each was judged, or why none was; also what they found, where
    the run explains itself.

    Args:
        tool: Which tool searched.
        exploration: The search.
        tell: Takes each event.
        is_explained: The run explains itself.
    """
    query, consultation = exploration.graph.question.text, exploration.consultation
    if exploration.verdict is not None:
        verdict = exploration.verdict
        tell(SearchDecided(tool=tool, query=query, reason=verdict.reason, numbers=verdict.numbers))
    for choice in consultation.choices if consultation is not None else ():
        tell(from_wire(ExpertChosen, {"query": query, **to_wire(choice)}))
    for score in consultation.scores if consultation is not None else ():
        tell(from_wire(ExpertScored, {"query": query, **to_wire(score)}))
    for number, one in enumerate(consultation.rounds if consultation is not None else (), start=2):
        reason = f"round {number} goes on from what it found and adds {len(one.supported)}"
        tell(ExpertChosen(persona=one.persona, query=one.question, cost=0.0, reason=reason, failure=one.failure))
    if is_explained:
        for explored in (exploration, *exploration.further):
            tell(from_wire(DocumentsExplored, {"tool": tool, **to_wire(report_exploration(explored))}))
