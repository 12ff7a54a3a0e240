"""The record of runs under real processes: killed ones, several at once, full disks, closed folders."""

import os
import subprocess
import sys
import textwrap

import pytest

from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace

PRELUDE = """
import os, resource, sys, time
from pathlib import Path
from moe.storage.runs import RunStart, RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.event import Event, EventKind

def start(run_id):
    return RunStart(run_id=run_id, correlation_id="c", question="q", started=time.time(), pid=os.getpid())

def event(run_id, n, **data):
    return Event(run_id=run_id, correlation_id="c", sequence=n, at=time.time(), kind=EventKind.NOTE, data=data)

store = RunStore(open_workspace(Path(sys.argv[1])))
"""


@pytest.fixture
def spawn():
    processes = []

    def spawn_process(code, *arguments):
        command = [sys.executable, "-c", PRELUDE + textwrap.dedent(code), *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield spawn_process
    for process in processes:
        process.kill()
        process.communicate()


def test_a_killed_run_shows_as_interrupted_with_what_it_got_to(workspace, spawn):
    process = spawn(
        """
        store.start(start("killed"))
        for n in range(1, 51):
            store.append(event("killed", n, text="x" * 300))
        store.flush()
        print("written", flush=True)
        time.sleep(60)
        """,
        workspace.folder,
    )
    assert process.stdout.readline() == "written\n"
    with RunStore(workspace) as store:
        assert store.list_runs()[0].status == "running"
        process.kill()
        process.wait()
        record = store.get_run("killed")
    assert record.summary.status == "interrupted"
    assert record.summary.finished is None
    assert [event.sequence for event in record.events] == list(range(1, 51))
    assert record.summary.seconds == pytest.approx(record.events[-1].at - record.summary.started)


def test_a_run_killed_amid_writing_leaves_a_readable_record_without_gaps(workspace, spawn):
    process = spawn(
        """
        store.start(start("killed"))
        n = 0
        while True:
            n += 1
            store.append(event("killed", n))
            if n == 300:
                print("enough", flush=True)
            time.sleep(0.0005)
        """,
        workspace.folder,
    )
    process.stdout.readline()
    process.kill()
    process.wait()
    with RunStore(workspace) as store:
        record = store.get_run("killed")
    assert record.summary.status == "interrupted"
    sequences = [event.sequence for event in record.events]
    assert sequences == list(range(1, len(sequences) + 1))
    assert len(sequences) >= 100


def test_a_run_is_running_only_as_long_as_its_process(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start(pid=os.getpid()))
        store.start(make_start("gone", pid=2**22 + 1))
        store.flush()
        status = {run.run_id: run.status for run in store.list_runs()}
    assert status == {"run-1": "running", "gone": "interrupted"}


def test_several_processes_write_at_once(workspace, spawn):
    code = """
    for run in range(5):
        run_id = f"{sys.argv[2]}-{run}"
        store.start(start(run_id))
        for n in range(1, 41):
            store.append(event(run_id, n))
            if n % 10 == 0:
                time.sleep(0.02)
        failure = store.finish(run_id, "done", "{}")
        assert failure is None, failure
    store.close()
    """
    processes = [spawn(code, workspace.folder, name) for name in "abc"]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with RunStore(workspace) as store:
        runs = store.list_runs(limit=100)
    assert len(runs) == 15
    assert {(run.status, run.events) for run in runs} == {("done", 40)}


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX")
def test_a_full_disk_is_told_at_the_end_and_kills_nothing(workspace, spawn):
    process = spawn(
        """
        store.start(start("run"))
        store.flush()
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        for n in range(1, 201):
            store.append(event("run", n, text="x" * 10_000))
            time.sleep(0.0005)
        failure = store.finish("run", "done", "{}")
        store.close()
        print(type(failure).__name__, bool(failure.hint), failure.message.count("\\n"))
        """,
        workspace.folder,
    )
    out, _ = process.communicate(timeout=60)
    assert out.split() == ["NothingWrittenError", "True", "0"]
    with RunStore(workspace) as store:
        record = store.get_run("run")
    sequences = [event.sequence for event in record.events]
    assert len(sequences) < 200
    assert sequences == list(range(1, len(sequences) + 1))  # without gaps
    assert record.summary.status in ("interrupted", "done")  # the ending itself may have found room again


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_a_folder_that_may_not_be_written_is_told_at_the_end(tmp_path_factory, spawn):
    folder = tmp_path_factory.mktemp("closed")
    process = spawn(
        """
        import moe.storage.database
        os.chdir(sys.argv[1])
        store = RunStore(open_workspace(Path(".moe")))
        os.chmod(".", 0o555)
        if os.geteuid() == 0:  # root may write anywhere: become nobody
            os.setgroups([]); os.setegid(65534); os.seteuid(65534)
        store.start(start("run"))
        failure = store.finish("run", "done", "{}")
        print(type(failure).__name__, "system.record" in failure.hint)
        """,
        folder,
    )
    out, _ = process.communicate(timeout=60)
    folder.chmod(0o755)
    assert out.split() == ["StorageError", "True"]
    assert not open_workspace(folder / ".moe").exists()
