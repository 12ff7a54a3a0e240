"""The configuration that moe ships as it was parsed before: a start then needs no YAML parser.

What a text says hangs on the text alone, which is what it is found by, so nothing kept can be out of date. Files of
users and projects are parsed each time: they may hold what should lie in no second place.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from moe_core.loading.config import yaml_values
from moe_core.loading.config.yaml_values import YamlMapping, parse_yaml
from moe_core.loading.locations import find_cache_root

FOLDER = "settings"
_SUM = 32  # characters of the digest that stands first


class YamlMemory:
    """What texts say; those of them that nobody asks for any more are forgotten."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept: dict[str, Any] = {} if file is None else _read(file)
        self._used: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<YamlMemory of {len(self._kept)} texts in {self._file}>"

    def parse(self, text: str, *, source: str) -> YamlMapping:
        """The same as `parse_yaml`.

        Raises:
            ConfigError: The text is not right.
        """
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        kept = self._kept.get(key)
        if kept is None:
            parsed = parse_yaml(text, source=source)
            kept = {"values": parsed.values, "lines": [[*path, line] for path, line in parsed.lines.items()]}
        self._used[key] = kept
        return YamlMapping(values=kept["values"], lines={tuple(path): line for *path, line in kept["lines"]})

    def save(self) -> None:
        """Keep it in one step; where nothing can be written, nothing is."""
        if self._file is None or self._used.keys() == self._kept.keys():
            return
        content = json.dumps(self._used, separators=(",", ":")).encode("ascii")
        with suppress(OSError):
            _write(self._file, _digest(content) + content)


@contextmanager
def remember_yaml() -> Iterator[YamlMemory]:
    """The memory for this version of the parser, saved in the end."""
    memory = YamlMemory(_find_file())
    yield memory
    memory.save()


def _find_file() -> Path | None:
    try:
        code = os.stat(yaml_values.__file__)
        name = blake2b(repr((yaml_values.__file__, code.st_size, code.st_mtime_ns)).encode("utf-8", "surrogateescape"))
        return find_cache_root() / FOLDER / f"{name.hexdigest()[:16]}.json"
    except (OSError, RuntimeError):  # in an archive; a user without a home
        return None


def _read(file: Path) -> dict[str, Any]:
    try:
        content = file.read_bytes()
    except OSError:
        return {}
    known: dict[str, Any] = json.loads(content[_SUM:]) if _digest(content[_SUM:]) == content[:_SUM] else {}
    return known


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = mkstemp(dir=file.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_SUM // 2).hexdigest().encode()
