"""Who is told of which events of a run."""

from moe.running.events import EventStream
from moe_core.contracts.payloads import ObserverNote, PlanCut


class PlanWatch:
    """Keeps what it is told."""

    reads = (PlanCut,)

    def __init__(self):
        self.told = []

    def __call__(self, event):
        """Keep one event."""
        self.told.append(event.sequence)


def test_a_watcher_is_told_of_what_it_reads_and_a_listener_of_all():
    watchers, told = (PlanWatch(), PlanWatch()), []
    stream = EventStream(run_id="r", correlation_id="c", watchers=watchers, listeners=[told.append])
    stream.emit(ObserverNote(severity="info", text="one"))
    stream.emit(PlanCut(planned=9, kept=4))
    stream.emit(ObserverNote(severity="info", text="three"))
    assert [watch.told for watch in watchers] == [[2], [2]]
    assert [event.sequence for event in told] == [1, 2, 3]
