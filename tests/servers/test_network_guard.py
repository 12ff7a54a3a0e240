"""Tests reach this machine and no other, and one that tries another fails."""

import asyncio
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from network_guard import NetworkForbiddenError

HERE = Path(__file__).parent
FAR = ("192.0.2.1", 9)  # an address for documentation, that nobody has
FAR_6 = ("2001:db8::1", 9, 0, 0)

SUITE = """
import socket

def test_asks_another_machine_and_swallows_the_error():
    try:
        socket.create_connection(("192.0.2.1", 9), timeout=0.1)
    except OSError:
        pass

def test_asks_nobody():
    pass
"""


def test_a_test_that_asks_another_machine_fails_although_the_error_was_caught(tmp_path):
    shutil.copy(HERE.parent / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {HERE} {HERE.parent / 'support'}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "connect to 192.0.2.1, port 9" in done.stdout
    assert "2 passed, 1 error" in done.stdout


@pytest.fixture
def refused(no_network):
    """What was refused in this test, which is meant to try and does not fail for it."""
    yield no_network.attempts
    no_network.attempts.clear()


def reach(family, kind, address):
    with socket.socket(family, kind) as one:
        one.settimeout(0.1)
        one.connect(address)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, FAR), (socket.AF_INET6, FAR_6)])
def test_no_connection_leaves_this_machine(refused, family, kind, address):
    with pytest.raises(NetworkForbiddenError, match="this machine only"):
        reach(family, kind, address)
    assert refused == [f"connect to {address[0]}, port 9"]


def test_no_datagram_leaves_this_machine(refused):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, pytest.raises(NetworkForbiddenError):
        one.sendto(b"x", FAR)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, pytest.raises(NetworkForbiddenError):
        one.sendto(b"x", 0, FAR)
    assert len(refused) == 2


def test_no_name_is_looked_up_elsewhere(refused):
    with pytest.raises(NetworkForbiddenError, match=r"look-up of example\.org"):
        socket.getaddrinfo("example.org", 80)
    assert refused == ["look-up of example.org"]


def test_other_threads_and_event_loops_are_held_as_well(refused):
    async def ask():
        async with httpx.AsyncClient(trust_env=False, timeout=1) as client:
            await client.get("http://example.org/")

    def swallow():
        with pytest.raises(httpx.ConnectError):
            asyncio.run(ask())

    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()
    assert refused == ["look-up of example.org"]


def test_names_that_never_exist_are_answered_without_asking(no_network):
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("no-such-host.invalid", 80)
    assert no_network.attempts == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_servers_of_this_machine_are_reached(no_network, host):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        socket.create_connection((host, listening.getsockname()[1]), timeout=5).close()
    assert no_network.attempts == []


def test_addresses_in_figures_need_no_look_up(no_network):
    assert socket.getaddrinfo("192.0.2.1", 9, type=socket.SOCK_STREAM)[0][4] == FAR
    assert no_network.attempts == []


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no sockets in files")
def test_sockets_in_files_are_free(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # their paths are short
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as one:
        listening.bind("s")
        listening.listen()
        one.connect("s")
