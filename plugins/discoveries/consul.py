"""Workers that are a service of Consul."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from moe_core import TransportError, TransportPlace, WorkerEntry, WorkerRegister, hookimpl
from moe_core.contracts.wire import decode_json, encode_json

_SERVICE = "moe-worker"
_ENTRY = "moe"
_FORGOTTEN_AFTER = "1m"  # the least that Consul takes; a worker whose check fails is not asked before that either


class ConsulDiscovery(WorkerRegister):
    """`consul://HOST:8500/SERVICE`: one instance a worker, with a check that its words keep passing."""

    name = "consul"
    summary = "A service of Consul, each worker an instance with a check of its own"
    schemes = ("consul",)

    def __init__(self, place: TransportPlace | None = None) -> None:
        super().__init__(place)
        parts = urlsplit(self.place.url)
        self._server = f"http://{parts.netloc.rpartition('@')[2]}"
        self._service = parts.path.strip("/") or _SERVICE

    async def find(self, target: str) -> Sequence[str]:
        """The instances whose checks pass."""
        urls: list[str] = []
        for one in await self._ask("GET", f"health/service/{self._service}?passing=true"):
            try:
                worker = decode_json(WorkerEntry, one["Service"]["Meta"][_ENTRY])
            except (KeyError, TypeError, ValueError):
                continue
            urls += worker.urls if worker.does(target) else ()
        return sorted(dict.fromkeys(urls))

    async def register(self, worker: WorkerEntry) -> None:
        """Be an instance, and pass its check."""
        check = {"TTL": f"{worker.lease_seconds:g}s", "DeregisterCriticalServiceAfter": _FORGOTTEN_AFTER}
        meta = {_ENTRY: encode_json(worker).decode()}
        body = {"ID": worker.worker_id, "Name": self._service, "Meta": meta, "Check": check}
        await self._ask("PUT", "agent/service/register?replace-existing-checks=true", body)
        await self._ask("PUT", f"agent/check/pass/service:{worker.worker_id}")

    async def leave(self, worker_id: str) -> None:
        """Be an instance no more."""
        await self._ask("PUT", f"agent/service/deregister/{worker_id}")

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        limits = httpx.Timeout(self.place.connect_seconds)
        try:
            async with httpx.AsyncClient(timeout=limits, trust_env=False) as client:
                answer = await client.request(method, f"{self._server}/v1/{path}", json=body)
                answer.raise_for_status()
                return answer.json() if answer.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise TransportError(
                f"Consul at {self._server} cannot be asked: {type(error).__name__} {error}".strip(),
                address=self._server,
                retryable=True,
                hint="see that its agent runs there",
            ) from error


@hookimpl
def moe_discoveries() -> list[type[WorkerRegister]]:
    """WorkerRegister by Consul."""
    return [ConsulDiscovery]
