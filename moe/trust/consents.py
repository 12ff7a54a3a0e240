"""The user's word for tools and servers, kept in the user's folder: asked once, remembered."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moe.contracts.consents import ServerConsent, ToolConsent
from moe.trust.records import RecordFolder

FOLDER = "allowed"


@dataclass(frozen=True, slots=True)
class ConsentStore:
    """What the user has said yes to, below the user's own moe folder.

    Attributes:
        user: The user's moe folder.
    """

    user: Path

    def has_tool(self, belter: str, tool: str) -> bool:
        """Whether a Belter may use a tool of the network while documents are given; both by full id."""
        record = self._tools().find(f"{belter} {tool}")
        return record is not None and (record.belter, record.tool) == (belter, tool)

    def allow_tool(self, belter: str, tool: str) -> None:
        """Remember that it may.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        record = ToolConsent(belter=belter, tool=tool, at=time.time())
        self._tools().keep(f"{belter} {tool}", record, what=f"that {belter} may use {tool}")

    def revoke_tool(self, belter: str, tool: str) -> bool:
        """Take the word back; whether there was one.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        return self._tools().forget(f"{belter} {tool}", what=f"that {belter} may use {tool}")

    def find_server(self, url: str) -> ServerConsent | None:
        """What was said of a model server, by its scheme, host and port; None for nothing."""
        record = self._servers().find(url)
        return record if record is not None and record.url == url else None

    def keep_server(self, url: str, users: tuple[int, ...] | None, *, is_allowed: bool) -> None:
        """Remember what is said of a model server.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        record = ServerConsent(url=url, users=users, is_allowed=is_allowed, at=time.time())
        self._servers().keep(url, record, what=f"what may be sent to {url}")

    def forget_server(self, url: str) -> bool:
        """Take the word back; whether there was one.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        return self._servers().forget(url, what=url)

    def list_servers(self) -> Iterator[ServerConsent]:
        """All servers that something was said of, by address."""
        return iter(sorted(self._servers(), key=lambda record: record.url))

    def _servers(self) -> RecordFolder[ServerConsent]:
        return RecordFolder(self.user / FOLDER / "servers", ServerConsent)

    def _tools(self) -> RecordFolder[ToolConsent]:
        return RecordFolder(self.user / FOLDER / "tools", ToolConsent)
