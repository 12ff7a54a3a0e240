"""The thread that writes, and a database that refuses for a while."""

import asyncio
import time

import pytest

from moe.storage.recorder import NothingWrittenError, Recorder
from moe.storage.settling import settle
from moe_core.contracts.errors import StorageError


class Refusing:
    """A file that refuses everything until it is told otherwise."""

    def __init__(self) -> None:
        self.error: StorageError | None = NothingWrittenError("no room")
        self.tries = 0
        self.written: list[object] = []

    def write(self, writes):
        self.tries += 1
        if self.error is not None:
            raise self.error
        self.written += writes

    def close(self):
        """Nothing to close."""


@pytest.fixture
def file():
    return Refusing()


@pytest.fixture
def recorder(file):
    recorder = Recorder(lambda: file)
    yield recorder
    recorder.close()


def make_write(number):
    return ("INSERT", (number,))


def test_what_was_refused_is_written_later_in_order_and_is_no_failure_then(recorder, file):
    for number in range(3):
        recorder.submit(make_write(number))
    recorder.flush()
    file.error = None
    recorder.submit(make_write(3))
    recorder.flush()
    assert file.written == [make_write(number) for number in range(4)]
    assert recorder.take_failure() is None


def test_what_is_refused_still_is_told(recorder, file):
    recorder.submit(make_write(1))
    recorder.flush()
    assert isinstance(recorder.take_failure(), NothingWrittenError)


def test_what_is_faulty_is_not_tried_again(recorder, file):
    file.error = StorageError("a faulty row")
    recorder.submit(make_write(1))
    recorder.flush()
    file.error = None
    recorder.submit(make_write(2))
    recorder.flush()
    assert file.written == [make_write(2)]
    assert recorder.take_failure().message == "a faulty row"


def test_while_nobody_waits_a_refusal_is_not_tried_with_every_write(recorder, file, monkeypatch):
    monkeypatch.setattr("moe.storage.recorder._AGAIN_SECONDS", 60.0)
    for number in range(20):
        recorder.submit(make_write(number))
        time.sleep(0.02)  # more than the thread lets writes gather
    assert file.tries <= 3
    file.error = None
    recorder.flush()
    assert len(file.written) == 20


def test_of_too_many_the_first_are_kept(recorder, file, monkeypatch):
    monkeypatch.setattr("moe.storage.recorder._HELD_MAX", 5)
    for number in range(8):
        recorder.submit(make_write(number))
        recorder.flush()
    file.error = None
    recorder.flush()
    assert file.written == [make_write(number) for number in range(5)]


@pytest.mark.anyio
async def test_the_event_loop_goes_on_while_it_waits_for_the_disk(file, recorder):
    file.error = None
    recorder.submit(make_write(1))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    await settle(recorder)
    turning.cancel()
    assert file.written == [make_write(1)]
    assert turns


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_who_waits_in_a_loop_is_told_that_the_thread_broke_off(monkeypatch):
    class Breaking(Refusing):
        def write(self, writes):
            raise SystemExit  # ends the thread without a word

    monkeypatch.setattr("moe.storage.recorder.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("moe.storage.settling.LOOK_SECONDS", 0.01)
    recorder = Recorder(Breaking)
    recorder.submit(make_write(1))
    recorder.flush()
    recorder.submit(make_write(2))
    await settle(recorder)
    assert "broke off" in str(recorder.take_failure())
