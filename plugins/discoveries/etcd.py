"""Workers that say in etcd that they are there, by its JSON gateway."""

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from moe_core import JsonObject, TransportError, TransportPlace, WorkerEntry, WorkerRegister, hookimpl
from moe_core.contracts.wire import decode_json, encode_json

_PREFIX = "moe/workers"


class EtcdDiscovery(WorkerRegister):
    """`etcd://HOST:2379/PREFIX`: one key a worker, which goes with its lease."""

    name = "etcd"
    summary = "Keys of etcd, each with a lease"
    schemes = ("etcd",)

    def __init__(self, place: TransportPlace | None = None) -> None:
        super().__init__(place)
        parts = urlsplit(self.place.url)
        self._server = f"http://{parts.netloc.rpartition('@')[2]}"
        self._prefix = parts.path.strip("/") or _PREFIX
        self._leases: dict[str, str] = {}

    async def find(self, target: str) -> Sequence[str]:
        """Read all keys of the prefix; one that no worker wrote is left aside."""
        prefix = f"{self._prefix}/"
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        found = await self._ask("kv/range", {"key": _encode(prefix), "range_end": _encode(end)})
        urls: list[str] = []
        for one in found.get("kvs", ()):
            try:
                worker = decode_json(WorkerEntry, base64.b64decode(one["value"]))
            except ValueError:
                continue
            urls += worker.urls if worker.does(target) else ()
        return sorted(dict.fromkeys(urls))

    async def register(self, worker: WorkerEntry) -> None:
        """Keep the key's lease alive, and what stands there true."""
        lease = self._leases.get(worker.worker_id)
        if lease is not None:
            kept = await self._ask("lease/keepalive", {"ID": lease})
            lease = lease if int(kept.get("result", {}).get("TTL", 0)) > 0 else None
        if lease is None:
            granted = await self._ask("lease/grant", {"TTL": max(1, round(worker.lease_seconds))})
            lease = self._leases[worker.worker_id] = str(granted["ID"])
        key, value = f"{self._prefix}/{worker.worker_id}", base64.b64encode(encode_json(worker)).decode()
        await self._ask("kv/put", {"key": _encode(key), "value": value, "lease": lease})

    async def leave(self, worker_id: str) -> None:
        """End the lease, and the key with it."""
        lease = self._leases.pop(worker_id, None)
        if lease is not None:
            await self._ask("lease/revoke", {"ID": lease})

    async def _ask(self, method: str, body: JsonObject) -> dict[str, Any]:
        limits = httpx.Timeout(self.place.connect_seconds)
        try:
            async with httpx.AsyncClient(timeout=limits, trust_env=False) as client:
                answer = await client.post(f"{self._server}/v3/{method}", json=dict(body))
                answer.raise_for_status()
                found: dict[str, Any] = answer.json()
                return found
        except (httpx.HTTPError, ValueError) as error:
            raise TransportError(
                f"etcd at {self._server} cannot be asked: {type(error).__name__} {error}".strip(),
                address=self._server,
                retryable=True,
                hint="see that it runs, and that the address is that of its clients",
            ) from error


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@hookimpl
def moe_discoveries() -> list[type[WorkerRegister]]:
    """WorkerRegister by etcd."""
    return [EtcdDiscovery]
