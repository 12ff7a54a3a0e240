"""How the record of runs, its queue and the disk stand: looked at whenever figures are asked for."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from moe.app import App
from moe.contracts.workers import WorkerState
from moe.server.figures.exposition import tell_family, tell_gauge
from moe_core.contracts.errors import StorageError

_STATES: tuple[WorkerState, ...] = ("live", "draining", "dead", "lost")


def tell_host(app: App) -> Iterator[str]:
    """Lines about them; what cannot be read now is left out."""
    lines: list[str] = []
    is_up = 0
    with suppress(StorageError):
        waiting = len(app.runs.list_waiting())
        states = Counter(one.state for one in app.workers.list_workers())
        counts = {(state,): states.get(state, 0) for state in _STATES}
        told = "Workers of all machines (`moe worker`) that share the record."
        lines += tell_gauge("moe_fleet_runs_waiting", "Runs in the record that wait for a worker.", waiting)
        lines += tell_family("moe_fleet_workers", "gauge", told, counts, ("state",))
        is_up = 1
    yield from tell_gauge("moe_record_up", "Whether the record of runs can be read.", is_up)
    yield from lines
    with suppress(OSError):
        disk = shutil.disk_usage(_find_there(app.workspace.folder))
        yield from tell_gauge("moe_disk_free_bytes", "Free where the workspace is.", disk.free)
        yield from tell_gauge("moe_disk_bytes", "All there is where the workspace is.", disk.total)


def _find_there(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())
