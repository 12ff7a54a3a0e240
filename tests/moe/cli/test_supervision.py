"""Worker processes that are begun anew."""

import signal
import sys

import pytest

from moe.cli.supervision import Supervisor
from moe.contracts.workers import WorkerLease, WorkerSummary

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")


class Clock:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def make_supervisor():
    """Makes one whose workers do what the code says; all are gone at the end."""
    made = []

    def make(code, *, size=1, workers=()):
        command = [sys.executable, "-I", "-S", "-c", code]
        made.append(Supervisor(command, size, lambda: workers, now=Clock()))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop(signal.SIGKILL)
        for process in list_processes(supervisor):
            process.wait()


def list_processes(supervisor):
    return [post.process for post in supervisor._posts if post.process is not None]


def wait_all(supervisor):
    for process in list_processes(supervisor):
        process.wait(60)


def test_a_worker_that_fails_is_begun_anew_after_a_pause_that_doubles(make_supervisor, capfd):
    supervisor = make_supervisor("raise SystemExit(3)")
    begun = []
    for at in (0.0, 0.5, 1.0, 1.5, 2.9, 3.0):
        wait_all(supervisor)
        supervisor.now.at = at
        supervisor.look()
        begun.append(len(list_processes(supervisor)))
    assert begun == [1, 0, 0, 1, 0, 0]
    assert "ended with 3; another begins in 1 s" in capfd.readouterr().err


def test_a_worker_that_was_asked_to_drain_is_not_begun_anew(make_supervisor):
    supervisor = make_supervisor("pass", size=2)
    supervisor.look()
    assert len(list_processes(supervisor)) == 2
    wait_all(supervisor)
    supervisor.look()
    assert supervisor.is_over()


def test_a_worker_that_does_not_answer_is_killed_and_begun_anew(make_supervisor, capfd):
    workers = []
    supervisor = make_supervisor("import time; time.sleep(60)", workers=workers)
    supervisor.look()
    (process,) = list_processes(supervisor)
    lease = WorkerLease(worker_id="w", pid=process.pid, host="h", version="", concurrency=1, lease_seconds=1.0)
    workers.append(WorkerSummary(lease=lease, state="live", silent_seconds=2.5, seconds=9.0, runs=0))
    supervisor.look()
    assert process.wait(60) == -signal.SIGKILL
    assert "does not answer" in capfd.readouterr().err


def test_a_signal_is_handed_on_and_nobody_is_begun_any_more(make_supervisor):
    supervisor = make_supervisor("import time; time.sleep(60)", size=2)
    supervisor.look()
    supervisor.stop(signal.SIGTERM)
    wait_all(supervisor)
    assert supervisor.is_over()
    supervisor.look()
    assert list_processes(supervisor) == []
