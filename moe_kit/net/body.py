"""Reading a response's body without ever holding more than was agreed."""

from __future__ import annotations

import zlib

import moe_kit.net.lazy_httpx as httpx
from moe_core.contracts.errors import ToolError


async def read_capped(response: httpx.Response, *, max_bytes: int, host: str) -> bytes:
    """The body, decompressed where it is gzip or deflate.

    Args:
        max_bytes: Of the decompressed body; a small body that would unpack to more is refused, too.
        host: For messages.

    Raises:
        ToolError: The body is longer, broken, or in an encoding that was not asked for.
    """
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:18]) > max_bytes:
        raise _too_long(host, max_bytes)
    unpack = _pick_unpacker(response, host)
    body = bytearray()
    async for chunk in response.aiter_raw():
        try:
            body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        except zlib.error as error:
            raise ToolError(f"{host} sent a broken compressed answer", retryable=True) from error
        if len(body) > max_bytes:
            raise _too_long(host, max_bytes)
    if unpack and body and not unpack.eof:
        raise ToolError(f"{host} broke off in the middle of its answer", retryable=True)
    return bytes(body)


def _pick_unpacker(response: httpx.Response, host: str) -> zlib._Decompress | None:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # finds out itself which of the two it is
    raise ToolError(f"{host} answers in the encoding {encoding[:20]!r}, which was not asked for")


def _too_long(host: str, max_bytes: int) -> ToolError:
    return ToolError(
        f"{host} answers with more than {max_bytes:,} bytes",
        hint="ask for less, or raise the tool's settings.max_bytes in config/tools.yaml",
    )
