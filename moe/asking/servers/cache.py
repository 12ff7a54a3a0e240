"""Models' answers on disk, so that an identical request is answered without its server.

A file an entry, written whole and then renamed: several processes may read, write and clear at the same time, and a
damaged entry is one miss. (A pickle cache such as diskcache runs what it reads, and one SQLite file would have to be
thrown away whole, under the feet of other processes, when it is damaged.)
"""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import anyio.to_thread
import msgspec

from moe.storage.workspace import Workspace
from moe_core.contracts.errors import StorageError
from moe_core.contracts.messages import ModelReply, ModelRequest, Usage
from moe_core.contracts.wire import JsonObject, decode_json, encode_json

VERSION = 2
"""Counts up when an answer to the same request would be stored, or keyed, in another way."""

FOLDER = "responses"
_SUFFIX = ".reply"
_BLOCK = 4096  # bytes that most file systems give a file at least
_ROOM_AFTER = 0.9  # share of the room that is still filled after clearing
_SLACK = 16  # part of the room that a process may write before it looks how full it is
_USERINFO = re.compile(r"(?<=//)[^/@]*@")
_canonical = msgspec.json.Encoder(order="sorted", decimal_format="number")


class CacheCounts(msgspec.Struct):
    """How often the cache helped.

    Attributes:
        hits: Requests answered from it.
        misses: Requests it had no answer to.
        kept: Answers put into it.
        evicted: Answers taken out for room, by this process.
        damaged: Answers found unfit, and removed.
    """

    hits: int = 0
    misses: int = 0
    kept: int = 0
    evicted: int = 0
    damaged: int = 0


def make_key(
    request: ModelRequest,
    *,
    provider: str,
    address: str = "",
    schema: JsonObject | None = None,
    options: JsonObject | None = None,
) -> str:
    """What identical requests share: a SHA-256 of all that the answer depends on, in hexadecimal.

    That is the provider, its server's address (without user name, password and query), the model, messages,
    parameters with the seed, the schema as sent, and the provider's options. Neither the deadline nor a key
    is part of it.

    Args:
        request: What is asked.
        provider: Its name.
        address: Its server's, or "".
        schema: What the answer must match, as it is sent.
        options: The provider's own settings.

    Raises:
        TypeError: A parameter or option is nothing that JSON can carry.
    """
    parts = {
        "version": VERSION,
        "provider": provider,
        "address": _USERINFO.sub("", address.partition("?")[0]).rstrip("/"),
        "model": request.model,
        "messages": request.messages,
        "parameters": request.parameters,
        "schema": schema,
        "options": options or {},
    }
    return hashlib.sha256(_canonical.encode(parts)).hexdigest()


class ResponseCache:
    """Answers by key, in a folder of bounded size below the workspace.

    Nothing that goes wrong with the disk fails a call: it is a miss.

    Attributes:
        counts: For the metrics.
    """

    def __init__(self, workspace: Workspace, *, max_bytes: int) -> None:
        """Prepare; nothing is on disk until the first answer is kept.

        Args:
            workspace: Where its folder is.
            max_bytes: Room on disk. Each process that writes may go over it by a sixteenth before it clears.
        """
        self._workspace = workspace
        self._folder = workspace.folder / FOLDER
        self._max_bytes = max_bytes
        self._written: int | None = None  # since this process last looked at the whole folder; None before
        self.counts = CacheCounts()

    def __repr__(self) -> str:
        return f"<ResponseCache {self._folder}, {self.counts.hits} hits, {self.counts.misses} misses>"

    def find(self, key: str) -> ModelReply | None:
        """The answer to an identical request, with a usage of nothing, because nothing was asked."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            self.counts.misses += 1
            return None
        reply = _decode(data)
        if reply is None:
            self.counts.damaged += 1
            self.counts.misses += 1
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # what was used longest ago goes first
        self.counts.hits += 1
        return replace(reply, usage=Usage())

    async def keep(self, key: str, reply: ModelReply) -> bool:
        """Keep an answer for the next identical request; false when it is not worth keeping or cannot be kept.

        Only whole answers of language models are kept: no failures, none that was cut off or cancelled.
        """
        if not reply.is_language_model or reply.finish_reason != "stop":
            return False
        return await anyio.to_thread.run_sync(self._keep, key, reply)

    async def clear(self) -> int:
        """Remove all answers; gives how many there were."""
        return await anyio.to_thread.run_sync(self._evict, 0)

    def _keep(self, key: str, reply: ModelReply) -> bool:
        payload = encode_json(reply)
        data = hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload
        if _on_disk(len(data)) * _SLACK > self._max_bytes:
            return False
        pending = self._folder / f"{key}.{secrets.token_hex(8)}.new"
        try:
            if not self._folder.is_dir():
                self._workspace.create()
                self._folder.mkdir(exist_ok=True)
            pending.write_bytes(data)
            os.replace(pending, self._path(key))
        except (OSError, StorageError):
            with suppress(OSError):
                pending.unlink()
            return False
        self.counts.kept += 1
        if self._written is not None:
            self._written += _on_disk(len(data))
        if self._written is None or self._written * _SLACK > self._max_bytes:
            self._written = 0
            self.counts.evicted += self._evict(self._max_bytes)
        return True

    def _evict(self, room: int) -> int:
        """Remove what was used longest ago until the rest fills a part of the room; nothing while it has enough."""
        found = []
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(OSError):  # another process may be clearing too
                    status = entry.stat()
                    found.append((status.st_mtime_ns, entry.path, _on_disk(status.st_size)))
        filled = sum(size for _, _, size in found)
        if filled <= room:
            return 0
        removed = 0
        for _, path, size in sorted(found):
            if filled <= room * _ROOM_AFTER:
                break
            with suppress(OSError):
                os.unlink(path)
                removed += path.endswith(_SUFFIX)
            filled -= size
        return removed

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"


def _decode(data: bytes) -> ModelReply | None:
    digest, _, payload = data.partition(b"\n")
    if hashlib.sha256(payload).hexdigest().encode() != digest:
        return None
    try:
        return decode_json(ModelReply, payload)
    except ValueError:  # written by another version
        return None


def _on_disk(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
