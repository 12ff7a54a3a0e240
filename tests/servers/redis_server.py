"""A Redis server of the tests' own, on loopback."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from free_ports import find_free_port

_SECONDS = 60.0


def find_redis() -> str | None:
    """The server's program; None where it is not installed."""
    return shutil.which("redis-server")


@contextmanager
def run_redis(folder: Path) -> Iterator[str]:
    """A server whose data lie in a folder; its address."""
    program = find_redis()
    assert program is not None, "redis-server is not installed"
    port = find_free_port()
    server = subprocess.Popen(
        [program, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=_SECONDS)


def _wait(port: int) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < until, "redis-server does not begin"
            time.sleep(0.05)
        else:
            return
