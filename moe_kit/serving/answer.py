"""What a server answers: read to its end, or still coming."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import msgspec


class Incoming(Protocol):
    """An answer whose body is still coming, as httpx has it."""

    @property
    def status_code(self) -> int:
        """Its status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers; their names in any case."""

    @property
    def is_success(self) -> bool:
        """Its status says so."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The pieces of its body."""

    async def aclose(self) -> None:
        """Read no more of it."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer, of any status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Its status says so."""
        return 200 <= self.status < 300
