"""Where an expert walked: her paths over passages in the newest searches that tell them."""

import msgspec

from moe.contracts.persona_report import PersonaTerritory
from moe.contracts.walks import WalkReport
from moe.storage.runs import RunStore
from moe_core.contracts.event import EventKind
from moe_core.contracts.payloads import DocumentsExplored

_WALKS_MAX = 30  # drawn together; more would be a thicket
_RUNS_MAX = 200  # looked through, half a millisecond each


def find_territory(store: RunStore, persona: str) -> PersonaTerritory:
    """The newest walks of an expert, in runs that explain themselves.

    Args:
        store: The record.
        persona: Her name.

    Raises:
        StorageError: The record cannot be read.
    """
    walks: list[WalkReport] = []
    runs = store.list_runs(_RUNS_MAX)
    for run in runs:
        for event in store.stream_events((EventKind.DOCUMENTS_EXPLORED,), run_id=run.run_id):
            if isinstance(event.data, DocumentsExplored):
                walks += [_read(walk) for walk in event.data.walks if walk.get("persona") == persona]
        if len(walks) >= _WALKS_MAX:
            break
    return PersonaTerritory(persona=persona, walks=tuple(walks[:_WALKS_MAX]), runs=len(runs))


def _read(walk: object) -> WalkReport:
    return msgspec.convert(walk, WalkReport)
