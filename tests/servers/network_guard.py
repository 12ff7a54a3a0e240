"""No network for tests but this machine's own."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_INTERNET = (socket.AF_INET, socket.AF_INET6)


class NetworkForbiddenError(OSError):
    """A test reached out to another machine."""


class NetworkGuard:
    """Refuses connections, datagrams and look-ups of names that would leave this machine.

    Attributes:
        attempts: What was refused, in words, whoever caught the error.
    """

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def __repr__(self) -> str:
        return f"<NetworkGuard after {len(self.attempts)} attempts>"

    @contextmanager
    def installed(self) -> Iterator["NetworkGuard"]:
        """Guards this process's sockets as long as the block lasts."""
        with pytest.MonkeyPatch.context() as patch:
            for name in ("connect", "connect_ex", "sendto"):
                patch.setattr(socket.socket, name, self._guard_socket(getattr(socket.socket, name)))
            for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
                patch.setattr(socket, name, self._guard_lookup(getattr(socket, name)))
            yield self

    def _guard_socket(self, plain: Any) -> Any:
        def guarded(this: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1]  # of sendto(data, flags, address) too
            if this.family in _INTERNET and not _is_near(address[0]):
                self._refuse(f"{plain.__name__} to {address[0]}, port {address[1]}")
            return plain(this, *arguments)

        return guarded

    def _guard_lookup(self, plain: Any) -> Any:
        def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if str(name).rstrip(".").endswith(".invalid"):  # it never exists (RFC 6761): no server need be asked
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            if not _is_near(name) and _parse(name) is None:
                self._refuse(f"look-up of {name}")
            return plain(host, *arguments, **named)

        return guarded

    def _refuse(self, attempt: str) -> None:
        self.attempts.append(attempt)
        raise NetworkForbiddenError(f"tests use this machine only: {attempt}")


def _is_near(host: str | None) -> bool:
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    address = _parse(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _parse(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is in figures, "0x7f.1" and other old ways to write one included."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None
