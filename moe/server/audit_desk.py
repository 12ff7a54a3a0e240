"""Requests as the audit log tells of them."""

import logging
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

from moe.contracts.audit import AuditNote
from moe.server.gate import LOGIN_PATH, OPEN_PATHS
from moe.server.keys.access import Access
from moe_core.contracts.errors import StorageError

_LOG = logging.getLogger("moe.server")
_LOOKS = frozenset(("GET", "HEAD", "OPTIONS"))
_REFUSED = frozenset((401, 403, 421, 429))
PROBLEM = "moe.problem"
"""Where a request's scope holds the kind of the problem that it was answered with."""


@dataclass(slots=True, kw_only=True)
class AuditDesk:
    """Writes them.

    Attributes:
        wanted: `server.audit`.
        append: Adds a line to the log.
        fault: Why the last line could not be written; "" when it was.
    """

    wanted: str
    append: Callable[[AuditNote], object]
    fault: str = field(default="", init=False)

    def wants(self, method: str, path: str, status: int) -> bool:
        """Whether the log tells of a request."""
        if not self.wanted or (path.startswith(OPEN_PATHS) and not path.startswith(LOGIN_PATH)):
            return False
        is_looking = method in _LOOKS and not path.startswith(LOGIN_PATH)
        return self.wanted == "all" or not is_looking or status in _REFUSED

    async def note(self, scope: Scope, path: str, status: int, *, route: str | None) -> None:
        """Write who asked what, from where, and what came of it; a line that cannot be written is told in the log."""
        access = scope.get("moe.access")
        client = scope.get("client") or ("", 0)
        note = AuditNote(
            **_describe(access),
            address=client[0],
            what=f"{scope['method']} {route or path}",
            target=path if path != route else "",
            outcome=f"{status} {scope.get(PROBLEM, '')}".strip(),
            correlation_id=scope.get("moe.correlation_id", ""),
        )
        try:
            await to_thread(self.append, note)
            self.fault = ""
        except StorageError as error:
            self.fault = error.message
            fields = {"event": "audit.lost", "correlation_id": note.correlation_id, "reason": error.message}
            _LOG.error("audit lost", extra={"fields": fields})


def _describe(access: Access | None) -> dict[str, Any]:
    key = access.key if access is not None else None
    if key is None:
        return {"who": "", "kind": "", "identity": ""}
    return {"who": key.name, "kind": "user" if key.user else "key", "identity": key.user or key.key_id}
