"""What was made of runs that are over is made once, and anew where their events are others."""

import pytest

from moe.contracts.runs import RunSummary
from moe.storage.run_memory import RunMemory
from moe_core.contracts.event import Event, EventKind

KINDS = (EventKind.NOTE,)


class Source:
    """A record that counts how often it is read."""

    def __init__(self, events):
        self.events = events  # by run, how many
        self.reads = []

    def stream_events(self, kinds, *, run_id="", since=0.0):
        self.reads.append(run_id or since)
        for own, count in self.events.items():
            if run_id in ("", own):
                for number in range(1, count + 1):
                    where = {"run_id": own, "correlation_id": "c", "sequence": number, "at": 0.0}
                    yield Event(kind=EventKind.NOTE, data={}, **where)


def describe(run_id, events, status="done", started=1.0):
    return RunSummary(
        run_id=run_id,
        question="q",
        status=status,
        started=started,
        finished=None,
        seconds=0.0,
        events=events,
        rating=None,
    )


def count(events):
    return sum(1 for _ in events)


@pytest.fixture
def memory():
    return RunMemory()


def test_a_run_that_is_over_is_read_once_and_again_when_it_went_on(memory):
    source = Source({"a": 2, "b": 3})
    runs = [describe("a", 2), describe("b", 3)]
    assert memory.fold("n", runs, source, KINDS, count) == [2, 3]
    assert memory.fold("n", runs[::-1], source, KINDS, count) == [3, 2]
    assert source.reads == ["a", "b"]
    source.events["a"] = 5
    assert memory.fold("n", [describe("a", 5), runs[1]], source, KINDS, count) == [5, 3]
    assert source.reads == ["a", "b", "a"]
    assert memory.fold("other", runs, source, KINDS, lambda events: -count(events)) == [-5, -3]


def test_a_run_that_goes_on_is_read_each_time(memory):
    source = Source({"a": 1})
    for status in ("running", "queued"):
        for _ in range(2):
            memory.fold("n", [describe("a", 1, status)], source, KINDS, count)
    assert source.reads == ["a"] * 4


def test_many_runs_are_read_together_also_those_without_such_events(memory):
    source = Source({f"run-{number}": 1 + number % 3 for number in range(90)})
    runs = [describe(f"run-{number}", 9, started=100.0 - number) for number in range(100)]
    told = memory.fold("n", runs, source, KINDS, count)
    assert told == [1 + number % 3 for number in range(90)] + [0] * 10
    assert source.reads == [1.0]
    assert memory.fold("n", runs, source, KINDS, count) == told
    assert source.reads == [1.0]
