"""Which of a run's searches to keep the walked graph of, and the graph as it is kept."""

from collections.abc import Sequence
from hashlib import blake2b

from msgspec.structs import replace

from moe.contracts.result import Citation, WalkedGraph
from moe.contracts.snapshot import Snapshot
from moe.knowledge.graph.snapshot import take_walked
from moe.knowledge.search import Exploration
from moe.storage.runs import RunStore
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import EventKind
from moe_core.contracts.wire import decode_json, encode_json

DIGEST_BYTES = 16  # no two snapshots ever meet by chance
_DIGITS = 4


def choose_walked(citations: Sequence[Citation], explorations: Sequence[Exploration]) -> Exploration | None:
    """The walked search that found most of the cited passages, the first of equals; None when nobody walked."""
    cited = {citation.passage_id for citation in citations}
    walked = [exploration for exploration in explorations if exploration.walks]
    return max(walked, key=lambda one: sum(hit.passage.passage_id in cited for hit in one.hits), default=None)


def describe_walked(exploration: Exploration) -> tuple[WalkedGraph, str]:
    """A search's graph as it is kept: by which digest, and its JSON."""
    data = encode_json(take_walked(exploration))
    digest = blake2b(data, digest_size=DIGEST_BYTES).hexdigest()
    seconds = round(exploration.seconds, _DIGITS)
    return WalkedGraph(query=exploration.graph.question.text, digest=digest, seconds=seconds), data.decode()


def find_walked_graph(store: RunStore, run_id: str) -> Snapshot:
    """The graph that a run walked, as it was kept.

    Raises:
        NameUnknownError: No run has that id.
        RequestError: The run kept none.
        StorageError: The record cannot be read.
    """
    record = store.get_run(run_id, most=0)
    kept = (record.result or {}).get("graph") or {}
    data = store.find_snapshot(kept["digest"]) if "digest" in kept else None
    if data is None:
        run_id, kinds = record.summary.run_id, (EventKind.SEARCH_DECIDED, EventKind.EXPERT_CHOSEN)
        seen = {event.kind for event in store.stream_events(kinds, run_id=run_id)}
        has_rested = seen == {EventKind.SEARCH_DECIDED}  # one that was broken off keeps no graph though somebody walked
        why = ": nobody walked, as a walk would hardly have added to what words found" if has_rested else ""
        raise RequestError(
            f"run {run_id} kept no graph{why}",
            hint='show the graph of its question as it is now: moe graph show "…"',
        )
    return replace(decode_json(Snapshot, data), seconds=kept.get("seconds", 0.0))
