"""The files that keep what is remembered: replaced in one step, and believed only when whole and the user's own."""

import json
import os
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from platformdirs import user_cache_dir

_SUM = 32  # characters of the digest that stands first


def find_cache(folder: str) -> str | None:
    """The folder of that name among what the user's programs keep; None for a user without a home."""
    try:
        return os.path.join(user_cache_dir("moe", appauthor=False), folder)
    except RuntimeError:
        return None


def read_memory(place: str) -> dict[str, Any] | None:
    """What `write_memory` left there; None when it is missing, damaged or another user's."""
    try:
        with open(place, "rb") as file:
            is_own = not hasattr(os, "geteuid") or os.fstat(file.fileno()).st_uid == os.geteuid()
            content = file.read() if is_own else b""
    except OSError:
        return None
    sum_, text = content[:_SUM], content[_SUM:]
    if _digest(text) != sum_:
        return None
    memory: dict[str, Any] = json.loads(text)
    return memory


def write_memory(place: str, memory: dict[str, Any]) -> None:
    """Keep it there, in one step.

    Raises:
        OSError: It cannot be written.
    """
    text = json.dumps(memory, separators=(",", ":")).encode("ascii")
    folder = Path(place).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_digest(text) + text)
        os.replace(name, place)
    except BaseException:
        os.unlink(name)
        raise


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=_SUM // 2).hexdigest().encode()
