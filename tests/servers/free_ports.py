"""Ports that a test names before whoever is to listen there does."""

import os
import random
import socket
from itertools import islice

_FIRST, _SHARE = 12_000, 1_250  # below what systems hand out to those who ask for any port, from 32768 on Linux
_SHARES = 16
_named: set[int] = set()


def find_free_ports(number: int) -> list[int]:
    """Ports where nobody listens, and where nobody will who asks for any port or belongs to the same test run.

    A port that the system has handed out and that is free again may be handed out again before it is listened at.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    first = _FIRST + int(worker) % _SHARES * _SHARE
    ports = random.SystemRandom().sample(range(first, first + _SHARE), _SHARE)
    found = list(islice((port for port in ports if port not in _named and _is_free(port)), number))
    assert len(found) == number, "every port of this process has been named once"
    _named.update(found)
    return found


def find_free_port() -> int:
    """One of them."""
    [port] = find_free_ports(1)
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
