"""The folders and globs that were added to an index: what lies there now, and whether that may have changed."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from moe.knowledge.index.format.records import FolderState, SourceRoot, make_absolute, name_path, read_folder
from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.loading.sources import SourceList, find_sources

_MAGIC = re.compile(r"[*?\[]")


def make_root(argument: str, project: Path, *, follows_links: bool = False) -> SourceRoot | None:
    """The root that an argument to add names, as it looks now; None for a file.

    Args:
        argument: A file, folder or glob.
        project: The project's folder, absolute.
        follows_links: What links lead to outside of it belongs to it.
    """
    path = Path(argument).expanduser()
    is_folder = os.path.isdir(path)  # no error for a name that is too long, unlike a Path
    if not is_folder and (os.path.exists(path) or not _MAGIC.search(argument)):
        return None
    root = SourceRoot(name=path.as_posix(), path=name_path(make_absolute(path), project), follows_links=follows_links)
    return look_at_folders(root, project)


def look_at_folders(root: SourceRoot, project: Path) -> SourceRoot:
    """A root with its folders as they look now."""
    base, _ = _split(root, project)
    return replace(root, folders=tuple(_list_folders(base, project, set())))


def has_changed(root: SourceRoot, project: Path) -> bool:
    """Whether files may have come to a root, or gone from it; a look at every folder's time."""
    for folder in root.folders:
        try:
            if os.stat(project / folder.path).st_mtime_ns != folder.mtime_ns:
                return True
        except OSError:
            return True
    return not root.folders


def find_base(root: SourceRoot, project: Path) -> Path:
    """The folder that all of a root's files lie below."""
    return _split(root, project)[0]


def list_files(root: SourceRoot, project: Path, formats: FileFormats) -> SourceList:
    """What lies there now, named as the root was; files that have no place below its folder keep their full name.

    Raises:
        DocumentError: It is gone, or holds nothing that can be read.
    """
    base, name = _split(root, project)
    sources = find_sources([str(project / root.path)], formats=formats, follow_links=root.follows_links)
    return replace(
        sources,
        notes=tuple(replace(note, path=_rename(Path(note.path), base, name)) for note in sources.notes),
        files=tuple(
            replace(file, document_id=_rename(file.path, base, name), is_named=False) for file in sources.files
        ),
    )


def _split(root: SourceRoot, project: Path) -> tuple[Path, PurePosixPath]:
    """A root's folder, and how the user wrote it."""
    path, name = project / root.path, PurePosixPath(root.name)
    if path.is_dir():
        return path, name
    tail = next((len(name.parts) - place for place, part in enumerate(name.parts) if _MAGIC.search(part)), 0)
    if not tail:
        return path, name
    return Path(*path.parts[:-tail]), PurePosixPath(*name.parts[:-tail])


def _rename(path: Path, base: Path, name: PurePosixPath) -> str:
    return (name / path.relative_to(base)).as_posix() if path.is_relative_to(base) else path.as_posix()


def _list_folders(folder: Path, project: Path, seen: set[str]) -> Iterator[FolderState]:
    """A folder and all below it; every real folder once."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        yield read_folder(folder, name_path(folder, project))
        below = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return
    for name in below:
        yield from _list_folders(folder / name, project, seen)
