"""The files of a plugin by content, found and read without importing anything of it."""

import csv
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from moe_core.files.regular import open_regular
from moe_core.loading.plugins.files import PluginFile
from moe_core.loading.plugins.installed import Installed
from moe_core.loading.plugins.module_source import find_code

_BYTECODE = "__pycache__"
_MADE_BY_INSTALLERS = ("__editable__", ".pth")  # they name this machine's folders
_CHUNK_BYTES = 1 << 20  # data files of a plugin may be large
_ENTRY_POINTS = "entry_points.txt"


def read_digests(found: PluginFile | Installed) -> dict[str, str]:
    """SHA-256 of each file of a plugin, by its path below where it is installed.

    Of a distribution: what it declares, what its record lists beside its metadata, and the whole package that would
    be imported. Compiled code that Python keeps beside the source does not count, nor do other distributions.

    Raises:
        OSError: A file is there and cannot be read.
    """
    return {name: _digest(path) for name, path in sorted(_list_named(found).items())}


def list_places(found: PluginFile | Installed) -> list[Path]:
    """The files, and the folders that more could come to."""
    files = list(_list_named(found).values())
    folders = [] if isinstance(found, PluginFile) else [path for path in _list_code(found) if path.is_dir()]
    below = [Path(current) for folder in folders for current, _ in _walk(folder)]
    record = [] if isinstance(found, PluginFile) else [found.folder / "RECORD"]
    return [*files, *below, *record]


def _list_named(found: PluginFile | Installed) -> dict[str, Path]:
    if isinstance(found, PluginFile):
        return {found.path.name: found.path}
    site = found.folder.parent
    files = {_ENTRY_POINTS: found.folder / _ENTRY_POINTS}
    for name in _read_record(found.folder):
        if (site / name).is_file():
            files[name] = site / name
    for code in _list_code(found):  # last: what would be imported counts, wherever it lies
        for path in _list_files(code):
            files[path.relative_to(code.parent).as_posix()] = path
    return files


def _read_record(folder: Path) -> Iterator[str]:
    """What an installer has put beside the metadata: scripts and bytecode are not what moe imports."""
    with suppress(OSError, UnicodeDecodeError, csv.Error):
        with (folder / "RECORD").open(encoding="utf-8", newline="") as file:
            names = [row[0] for row in csv.reader(file) if row]
        for name in names:
            parts = PurePosixPath(name).parts
            is_inside = bool(parts) and not name.startswith("/") and ".." not in parts and _BYTECODE not in parts
            is_code = is_inside and not parts[0].endswith(".dist-info")
            if is_code and not (parts[0].startswith(_MADE_BY_INSTALLERS[0]) or name.endswith(_MADE_BY_INSTALLERS[1])):
                yield name


def _list_code(found: Installed) -> list[Path]:
    places = [place for point in found.points for place in find_code(point.module)]
    return list(dict.fromkeys(places))


def _list_files(code: Path) -> Iterator[Path]:
    if code.is_file():
        yield code
        return
    for current, names in _walk(code):
        yield from (Path(current, name) for name in names)


def _walk(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Every folder with its files; links to folders are followed, for what is in them can be imported."""
    seen: set[str] = set()
    for current, folders, names in os.walk(folder, followlinks=True):
        whole = os.path.realpath(current)
        if whole in seen:
            folders.clear()
            continue
        seen.add(whole)
        folders[:] = sorted(name for name in folders if name != _BYTECODE)
        yield current, sorted(names)


def _digest(path: Path) -> str:
    with open_regular(path) as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
