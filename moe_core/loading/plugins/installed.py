"""Which installed distributions declare plugins, read from their metadata alone."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from moe_core.contracts.hookspecs import ENTRY_POINT_GROUP

_FOLDER = re.compile(r"(?P<name>[^-~][^-]*)(?:-(?P<version>[^-]+))?(?:-py\d.*)?\.(?:dist|egg)-info")
_VALUE = re.compile(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\s*:\s*(?P<attribute>[\w.]+))?(?:\s*\[.*\])?")
_GROUP = f"[{ENTRY_POINT_GROUP}]".encode()


class EntryPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One line below `[moe.plugins]`: what to import, and what of it to take."""

    name: str
    value: str
    module: str
    attribute: str = ""


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """One distribution that declares plugins.

    Attributes:
        name: Its name, as package indexes compare names.
        folder: Its metadata.
        points: What it declares, sorted.
        faults: What of its metadata cannot be read, a line each.
    """

    name: str
    version: str
    folder: Path
    points: tuple[EntryPoint, ...] = ()
    faults: tuple[str, ...] = ()


def find_installed(path: Iterable[str] | None = None) -> list[Installed]:
    """Every distribution on the import path that declares plugins, by name; of equal names the first on the path.

    Nothing is imported, and nothing that is wrong with any distribution's metadata is raised: what is damaged in a
    distribution that may be a plugin is among its faults, all others are passed over.

    Args:
        path: The folders to look into; by default `sys.path`.
    """
    found: dict[str, Installed] = {}
    for place in sys.path if path is None else path:
        for folder in list_metadata(place or os.curdir):
            installed = _read(folder)
            if installed is not None:
                found.setdefault(installed.name, installed)
    return [found[name] for name in sorted(found)]


def list_metadata(place: str) -> list[str]:
    """The metadata folders of what is installed in a folder, sorted."""
    try:
        with os.scandir(place) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))
    except OSError:  # no folder: a zip file, or nothing
        return []


def _read(folder: str) -> Installed | None:
    """The folder's name says whose it is, so that a lost METADATA takes nothing with it."""
    named = _FOLDER.fullmatch(os.path.basename(folder))
    if named is None:
        return None
    points: list[EntryPoint] = []
    faults: list[str] = []
    try:
        with open(os.path.join(folder, "entry_points.txt"), "rb") as file:
            content = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        content = b""
        faults.append(f"its entry_points.txt cannot be read: {error.strerror}")
    if not faults and _GROUP not in content:
        return None
    for line in _list_lines(content):
        point = _parse(line)
        if isinstance(point, str):
            faults.append(point)
        else:
            points.append(point)
    return Installed(
        name=re.sub(r"[-_.]+", "-", named["name"]).lower(),
        version=named["version"] or "",
        folder=Path(folder),
        points=tuple(sorted(points, key=lambda point: (point.name, point.value))),
        faults=tuple(faults),
    )


def _list_lines(content: bytes) -> Iterator[bytes]:
    """The lines of our group; those of others may hold anything."""
    is_ours = False
    for line in (line.strip() for line in content.splitlines()):
        if line.startswith(b"["):
            is_ours = line == _GROUP
        elif is_ours and line and not line.startswith((b"#", b";")):
            yield line


def _parse(line: bytes) -> EntryPoint | str:
    """The entry point, or what is wrong with the line."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return f"its entry_points.txt has a line that is no UTF-8: {line!r:.80}"
    name, equals, value = (part.strip() for part in text.partition("="))
    match = _VALUE.fullmatch(value)
    if not name or not equals or match is None:
        return f"its entry_points.txt has a line that names no module: {text:.80}"
    return EntryPoint(name=name, value=value, module=match["module"], attribute=match["attribute"] or "")
