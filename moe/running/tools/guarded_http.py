"""The HTTP client that a tool is handed: the kit's guarded exchange, held to the tool's settings."""

from collections.abc import Mapping
from typing import Any

from moe_core.contracts.tool_context import HttpReply
from moe_core.contracts.wire import JsonObject
from moe_kit.net.client import FetchRequest, fetch
from moe_kit.net.guard import NetPolicy


class GuardedHttpClient:
    """Public hosts only, but for the "host:port" entries that the settings name as `allow_private`."""

    def __init__(self, settings: JsonObject, deadline: float | None) -> None:
        private = settings.get("allow_private", ())
        listed = private if isinstance(private, list | tuple) else [private]
        self._policy = NetPolicy(allow_private=tuple(map(str, listed)))
        self._deadline = deadline

    def __repr__(self) -> str:
        return f"<GuardedHttpClient of {self._policy!r}>"

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_seconds: float = 20.0,
        max_bytes: int = 10_000_000,
    ) -> HttpReply:
        """One request; any status is a reply.

        Raises:
            ToolError: Refused, unreachable, too slow or too large.
        """
        return await fetch(
            FetchRequest(url=url, method=method, query=query or {}, headers=headers or {}, content=content),
            policy=self._policy,
            timeout_seconds=timeout_seconds,
            max_bytes=max_bytes,
            deadline=self._deadline,
        )
