"""Workers by the addresses of a name, as a headless service of Kubernetes has one for each."""

import asyncio
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import anyio

from moe_core import TransportError, WorkerRegister, hookimpl


class DnsDiscovery(WorkerRegister):
    """`dns+http://NAME:6001` stands for http://ADDRESS:6001, for each address of the name."""

    name = "dns"
    summary = "All addresses of a name, as of a headless service of Kubernetes"
    schemes = ("dns+http", "dns+https", "dns+grpc")

    async def find(self, target: str) -> Sequence[str]:
        """Look the name up; who is at an address is found out by asking."""
        parts = urlsplit(self.place.url)
        scheme, port = parts.scheme.removeprefix("dns+"), parts.port or 6001
        try:
            with anyio.fail_after(self.place.connect_seconds):
                found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError) as error:
            raise TransportError(
                f"the name {parts.hostname} cannot be looked up: {error or 'no answer'}",
                address=self.place.url,
                retryable=True,
            ) from error
        hosts = sorted({str(one[4][0]) for one in found})
        return [f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}" for host in hosts]


@hookimpl
def moe_discoveries() -> list[type[WorkerRegister]]:
    """WorkerRegister by DNS."""
    return [DnsDiscovery]
