"""What a worker of the queue counts since it began."""

from collections.abc import Iterator

from moe.app import App
from moe.contracts.runs import WAITING
from moe.server.figures.exposition import tell_gauge
from moe.server.figures.host import tell_host
from moe.server.figures.run_figures import RunFigures
from moe.server.pool.shares import ModelShares
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import RunFinished, RunWaiting


class WorkerFigures:
    """Listens to the events of all of a worker's runs."""

    def __init__(self) -> None:
        self._runs = RunFigures()
        self._going_on: dict[str, tuple[ModelShares, float]] = {}

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        shares, began = self._going_on.setdefault(event.run_id, (ModelShares(), event.at))
        shares(event)
        if isinstance(event.data, RunFinished):
            del self._going_on[event.run_id]
            self._runs.count_run(event.data.status, shares.list_all(), event.at - began)
        elif isinstance(event.data, RunWaiting):
            del self._going_on[event.run_id]
            self._runs.count_run(WAITING, shares.list_all(), event.at - began)

    def tell(self, app: App) -> Iterator[str]:
        """All of it in Prometheus' text format, line by line."""
        yield from self._runs.tell()
        yield from tell_gauge("moe_runs_going_on", "Runs that a worker does.", len(self._going_on))
        yield from tell_host(app)
