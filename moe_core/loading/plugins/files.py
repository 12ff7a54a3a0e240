"""Which files below the roots are plugins, in a fixed order, and which of them stand in for others."""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from moe_core.contracts.plugin import Origin, PluginSource, Problem
from moe_core.files.regular import read_regular
from moe_core.loading.locations import PLUGIN_PATH_VARIABLE, Locations

_MAX_BYTES = 16 << 20

# The folders below plugins/, and the endings of files that count in each.
FOLDERS: Mapping[str, tuple[str, ...]] = {
    "tools": (".py",),
    "models": (".py",),
    "personas": (".py", ".json"),
    "traversals": (".py",),
    "scorers": (".py",),
    "retrievers": (".py",),
    "loaders": (".py",),
    "executors": (".py",),
    "transports": (".py",),
    "discoveries": (".py",),
}


class PluginFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file that may bring something.

    Attributes:
        source: Who it is.
        path: Where it lies.
        relative: Its path below the root, with "/"; a single file's own full path.
        category: The first folder below `tools/`, or "".
    """

    source: PluginSource
    path: Path
    relative: str
    category: str = ""


class FoundFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What lies below the roots.

    Attributes:
        files: Those in use, in the order of the roots and, within one, of their paths.
        replaced: Those that a file at the same place below a later root stands in for, with that file.
        problems: Roots and folders that cannot be what was meant.
    """

    files: tuple[PluginFile, ...]
    replaced: tuple[tuple[PluginFile, PluginFile], ...]
    problems: tuple[Problem, ...]


def list_untrusted_files(locations: Locations) -> list[PluginFile]:
    """The files of the project that waits for the user's word; nothing of them is read."""
    return [] if locations.untrusted is None else list(_walk_root("project", locations.untrusted))


def find_plugin_files(locations: Locations) -> FoundFiles:
    """Find every plugin file below the roots; a folder that is two roots counts as the first.

    A file with the same place below its root and the same content as an earlier one is the same
    plugin; with other content it replaces the earlier one.
    """
    in_use: dict[str, PluginFile] = {}
    replaced: list[tuple[PluginFile, PluginFile]] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    for origin, root in _list_roots(locations):
        if root.resolve() in seen:
            continue
        seen.add(root.resolve())
        problems.extend(_check_root(origin, root))
        for file in _walk_root(origin, root):
            earlier = in_use.get(file.relative)
            if earlier is not None and _has_same_content(earlier.path, file.path):
                continue
            if earlier is not None:
                replaced.append((in_use.pop(file.relative), file))
            in_use[file.relative] = file
    return FoundFiles(files=tuple(in_use.values()), replaced=tuple(replaced), problems=tuple(problems))


def _list_roots(locations: Locations) -> Iterator[tuple[Origin, Path]]:
    yield "bundled", locations.bundled
    yield "user", locations.user
    if locations.project is not None:
        yield "project", locations.project
    for root in locations.extra:
        yield "path", root


def _walk_root(origin: Origin, root: Path) -> Iterator[PluginFile]:
    if root.is_file():
        if root.suffix == ".py":
            yield PluginFile(source=_make_source(origin, root, ""), path=root, relative=root.as_posix())
        return
    for folder, endings in FOLDERS.items():
        for path in _list_files(root / "plugins" / folder, endings):
            below = path.relative_to(root / "plugins" / folder).parts
            category = below[0] if folder == "tools" and len(below) > 1 else ""
            yield _make_file(origin, root, path, category)
    for path in _list_files(root / "modelfiles", (".moe",)):
        yield _make_file(origin, root, path, "")


def _list_files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Files below the folder, sorted by path; names that start with "_" or "." are left out, folders too."""
    found: list[Path] = []
    for current, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(("_", "."))]
        found.extend(
            Path(current, name) for name in names if name.endswith(endings) and not name.startswith(("_", "."))
        )
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def _make_file(origin: Origin, root: Path, path: Path, category: str) -> PluginFile:
    relative = path.relative_to(root).as_posix()
    return PluginFile(source=_make_source(origin, path, relative), path=path, relative=relative, category=category)


def _make_source(origin: Origin, path: Path, relative: str) -> PluginSource:
    """A file from MOE_PLUGIN_PATH is known by its full path, for there may be several such roots."""
    below = path.as_posix().lstrip("/") if origin == "path" else relative
    return PluginSource(plugin=f"{origin}/{below}", origin=origin, location=str(path))


def _has_same_content(one: Path, other: Path) -> bool:
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        return read_regular(one, max_bytes=_MAX_BYTES) == read_regular(other, max_bytes=_MAX_BYTES)
    except OSError:
        return False


def _check_root(origin: Origin, root: Path) -> Iterator[Problem]:
    if origin == "path" and not _is_plausible(root):
        if root.exists():
            message = (
                f"{PLUGIN_PATH_VARIABLE} names {root}, which is no .py file and holds neither plugins/ nor modelfiles/"
            )
        else:
            message = f"{PLUGIN_PATH_VARIABLE} names {root}, which does not exist"
        hint = "name a folder that holds plugins/ or modelfiles/, or a .py file"
        yield Problem(plugin=PLUGIN_PATH_VARIABLE, reason="folder", message=message, hint=hint, location=str(root))
    plugins = root / "plugins"
    if not plugins.is_dir():
        return
    for folder in sorted(plugins.iterdir()):
        near = get_close_matches(folder.name, FOLDERS, n=1, cutoff=0.75)
        if folder.name not in FOLDERS and near and any(folder.glob("**/*.py")):
            message = f"the folder {folder.name} is none that moe looks into"
            hint = f"did you mean plugins/{near[0]}?"
            plugin = f"{origin}/plugins/{folder.name}"
            yield Problem(plugin=plugin, reason="folder", message=message, hint=hint, location=str(folder))


def _is_plausible(root: Path) -> bool:
    if root.is_file():
        return root.suffix == ".py"
    return (root / "plugins").is_dir() or (root / "modelfiles").is_dir()
