"""Telling living processes from dead ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moe.storage.processes import is_alive, read_host, read_process_start

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system shows no process starts")


@needs_proc
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_forked_process_has_a_start_of_its_own():
    code = """
import os, time
from moe.storage.processes import read_process_start
own = read_process_start(os.getpid())
time.sleep(0.05)  # some ticks of the clock that starts are told by
pid = os.fork()
if not pid:
    os._exit(int(read_process_start(os.getpid()) == own))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]


def test_this_process_is_alive():
    assert is_alive(os.getpid(), start=read_process_start(os.getpid()), host=read_host())


@needs_proc
def test_a_later_process_of_the_same_number_is_another_one():
    assert read_process_start(os.getpid())
    assert not is_alive(os.getpid(), start="1", host=read_host())


@pytest.mark.skipif(os.name != "posix", reason="asked through POSIX signals")
def test_an_ended_process_is_not_alive_even_before_its_parent_asks():
    process = subprocess.Popen([sys.executable, "-c", "print()"], stdout=subprocess.PIPE)
    start = read_process_start(process.pid)
    process.stdout.read()
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        if start:
            assert not is_alive(process.pid, start=start, host=read_host())
    process.communicate()
    assert not is_alive(process.pid, start=start, host=read_host())


def test_a_process_of_another_machine_is_taken_to_be_alive():
    assert is_alive(2**22 + 1, start="", host="another-machine.example")
