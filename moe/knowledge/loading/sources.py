"""Which files the user means by --docs."""

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec
from msgspec.structs import replace

from moe.contracts.documents import SourceNote
from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.loading.remedies import find_remedy
from moe_core.contracts.errors import DocumentError
from moe_kit.documents.outline import clean_characters

_SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__", "__MACOSX"))
_MAGIC = re.compile(r"[*?\[]")
NO_TEXT_REASON = "its name is no valid text; rename it"  # it can stand in no table, and in no answer
OUTSIDE_REASON = "is a link that leads outside; --follow-links reads it"


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file to read.

    Attributes:
        path: Where it is.
        document_id: Its path as the user would write it, with "/".
        is_named: The user named this very file, so that a failure to read it is an error.
    """

    path: Path
    document_id: str
    is_named: bool = False


class SourceList(msgspec.Struct, frozen=True, kw_only=True):
    """The files, each once, in the arguments' order and by name within one; and what was left out."""

    files: tuple[SourceFile, ...]
    notes: tuple[SourceNote, ...] = ()


def find_sources(
    arguments: Sequence[str], *, formats: FileFormats, follow_links: bool = False, folder: str = ""
) -> SourceList:
    """Find the files that are meant by files, folders (with all below them) and globs (`**` for any depth).

    Hidden files and folders, `node_modules` and `__pycache__` are passed over in folders and globs.

    Args:
        arguments: What the user names.
        formats: What can be read.
        follow_links: Also take what links lead to outside of the folder, or of the folder that a glob begins in.
            A link that is named itself is always followed.
        folder: Where relative arguments are looked for, in place of the process's own folder; documents are called
            what they would be called there.

    Raises:
        DocumentError: An argument names nothing, no document that can be read, or a file of an unknown format.
    """
    files: dict[str, SourceFile] = {}
    notes: dict[str, SourceNote] = {}
    for argument in arguments:
        is_relative = bool(folder and argument.strip()) and not os.path.isabs(os.path.expanduser(argument))
        place = os.path.join(folder, argument) if is_relative else argument
        found, skipped = _find_for_argument(place, formats, follow_links=follow_links)
        if is_relative:
            found = [replace(file, document_id=file.document_id.removeprefix(f"{folder}/")) for file in found]
        for file in found:
            real = os.path.realpath(file.path)
            if real not in files or (file.is_named and not files[real].is_named):
                files[real] = file
        notes.update((note.path, note) for note in skipped)
    return SourceList(files=tuple(files.values()), notes=tuple(notes.values()))


def is_there(argument: str) -> bool:
    """Whether an argument is a file or a folder of this process's folder, or a glob that meets one."""
    path = Path(os.path.expanduser(argument))
    if not argument.strip():
        return False
    if os.path.exists(path):
        return True
    if not _MAGIC.search(argument):
        return False
    base, parts = _split_glob(path)
    return next(_expand_below(base, parts, {os.path.realpath(base)}, None), None) is not None


def _find_for_argument(
    argument: str, formats: FileFormats, *, follow_links: bool
) -> tuple[list[SourceFile], list[SourceNote]]:
    path, name = Path(os.path.expanduser(argument)), clean_characters(argument)
    if not argument.strip():
        raise DocumentError(
            "an empty path was given for the documents", path=name, hint="name a file, a folder or a glob"
        )
    if os.path.exists(path) and not path.is_dir():
        return [_take_named(path, formats)], []
    if os.path.exists(path):
        if not os.access(path, os.R_OK | os.X_OK):
            raise DocumentError(f"{name} is a folder that cannot be read", path=name, hint="check its permissions")
        root = os.path.realpath(path)
        candidates = list(_walk(path, {root}, None if follow_links else root))
    elif _MAGIC.search(argument):
        base, parts = _split_glob(path)
        root = os.path.realpath(base)
        candidates = list(dict.fromkeys(_expand_below(base, parts, {root}, None if follow_links else root)))
    else:
        raise _make_missing_error(name, path)
    found, skipped = _sort_out(candidates, formats, None if follow_links else root)
    if not found:
        raise _make_empty_error(name, path, skipped, formats)
    return found, skipped


def _take_named(path: Path, formats: FileFormats) -> SourceFile:
    name = clean_characters(path.as_posix())
    if not path.is_file():
        raise DocumentError(f"{name} is no ordinary file", path=name, hint="name a file, a folder or a glob")
    if name != path.as_posix():
        raise DocumentError(f"{name} cannot be read: {NO_TEXT_REASON}", path=name)
    formats.get(path, name)
    return SourceFile(path=path, document_id=name, is_named=True)


def _sort_out(
    candidates: Sequence[Path], formats: FileFormats, root: str | None
) -> tuple[list[SourceFile], list[SourceNote]]:
    """Files to read, and notes on the others; with a root, what does not really lie below it is among those."""
    found: list[SourceFile] = []
    skipped: list[SourceNote] = []
    for path in candidates:
        name = clean_characters(path.as_posix())
        if name != path.as_posix():
            skipped.append(SourceNote(path=name, reason=NO_TEXT_REASON))
        elif _leads_outside(path, root):
            skipped.append(SourceNote(path=name, reason=OUTSIDE_REASON))
        elif path.is_dir():
            skipped.append(SourceNote(path=name, reason="the folder cannot be read"))
        elif not path.is_file():
            skipped.append(SourceNote(path=name, reason="is no ordinary file, or a link to nothing"))
        else:
            taken = _take(path, name, formats)
            if isinstance(taken, SourceFile):
                found.append(taken)
            else:
                skipped.append(taken)
    return found, skipped


def _take(path: Path, name: str, formats: FileFormats) -> SourceFile | SourceNote:
    """A file within a folder, or why it is left out."""
    try:
        entry = formats.find(path)
    except DocumentError as error:
        return SourceNote(path=name, reason=f"{error.message.removeprefix(name).strip()}; {error.hint}")
    if entry is None:
        remedy = find_remedy(path)
        reason = f"files ending in {path.suffix.lower()} are not read"
        return SourceNote(path=name, reason=f"{reason}; {remedy}" if remedy else reason)
    largest = entry.value.max_bytes
    if largest is not None and path.stat().st_size > largest:
        return SourceNote(path=name, reason=f"is larger than {largest >> 20} MB")
    return SourceFile(path=path, document_id=name)


def _leads_outside(path: Path, root: str | None) -> bool:
    """Whether something that is there does not really lie below the root; never without one."""
    if root is None or not os.path.exists(path):
        return False
    real = os.path.realpath(path)
    return real != root and not real.startswith(os.path.join(root, ""))


def _walk(folder: Path, seen: set[str], root: str | None) -> Iterator[Path]:
    """Files below a folder in a fixed order; every real folder once, so that links cannot make a loop.

    Folders that cannot be read, or lead outside of the root, come as they are.
    """
    entries = _list(folder)
    if entries is None:
        yield folder
        return
    for path in entries:
        if not _is_visible(path.name):
            continue
        if not path.is_dir() or _leads_outside(path, root):
            yield path
            continue
        real = os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            yield from _walk(path, seen, root)


def _split_glob(pattern: Path) -> tuple[Path, Sequence[str]]:
    """The folder that a glob begins in, and its parts from the first with a wildcard on."""
    parts = pattern.parts
    first = next(number for number, part in enumerate(parts) if _MAGIC.search(part))
    return Path(*parts[:first]) if first else Path(), parts[first:]


def _expand_below(folder: Path, parts: Sequence[str], seen: set[str], root: str | None) -> Iterator[Path]:
    """Files that a glob names; a folder that it names stands for all below it, as when the shell expands it."""
    part, rest = parts[0], parts[1:]
    if part == "**":
        if not rest:
            yield from _walk(folder, set(seen), root)
            return
        yield from _expand_below(folder, rest, seen, root)
    for path in _list(folder) or ():
        if part == "**":
            real = os.path.realpath(path)
            if path.is_dir() and _is_visible(path.name) and real not in seen and not _leads_outside(path, root):
                yield from _expand_below(path, parts, seen | {real}, root)
        elif _matches(path.name, part):
            if not path.is_dir() or _leads_outside(path, root):
                if not rest or path.is_dir():
                    yield path
            elif rest:
                yield from _expand_below(path, rest, seen, root)
            else:
                yield from _walk(path, {os.path.realpath(path)}, root)


def _matches(name: str, part: str) -> bool:
    if not _MAGIC.search(part):
        return name == part
    return Path(name).match(part) and (_is_visible(name) or part.startswith("."))


def _list(folder: Path) -> list[Path] | None:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError:
        return None


def _is_visible(name: str) -> bool:
    return not name.startswith((".", "~$")) and name not in _SKIPPED_FOLDERS


def _make_missing_error(argument: str, path: Path) -> DocumentError:
    if os.path.islink(path):
        return DocumentError(f"{argument} is a link to nothing", path=argument, hint="mend the link, or remove it")
    if "://" in argument:
        return DocumentError(
            f"{argument} is an address, not a path",
            path=argument,
            hint="download it first; documents are read from this machine",
        )
    near = _find_nearest(path)
    hint = (
        f"did you mean {clean_characters(near.as_posix())}?"
        if near
        else "check the path; it is looked up from the current folder"
    )
    return DocumentError(f"there is no file or folder {argument}", path=argument, hint=hint)


def _find_nearest(path: Path) -> Path | None:
    """The path with its first missing part replaced by the name most like it."""
    parts = path.parts
    for number, part in enumerate(parts):
        folder = Path(*parts[:number]) if number else Path()
        if os.path.exists(folder / part):
            continue
        entries = [entry.name for entry in _list(folder) or () if _is_visible(entry.name) and os.path.exists(entry)]
        names = {name.lower(): name for name in entries}  # without dead links, which may have this very name
        close = get_close_matches(part.lower(), names, n=1, cutoff=0.6)
        stems = {Path(name).stem: name for name in names}
        close = close or [stems[stem] for stem in get_close_matches(part.lower(), stems, n=1, cutoff=0.7)]
        if not close:
            return None
        candidate = folder / names[close[0]]
        full = candidate.joinpath(*parts[number + 1 :])
        return full if os.path.exists(full) else _find_nearest(full) or candidate
    return None


def _make_empty_error(argument: str, path: Path, skipped: Sequence[SourceNote], formats: FileFormats) -> DocumentError:
    if skipped and all(note.reason == OUTSIDE_REASON for note in skipped):
        return DocumentError(
            f"{argument} holds no documents, only links that lead outside",
            path=argument,
            hint="--follow-links reads what links lead to",
        )
    if not skipped:
        what = "holds no documents" if path.is_dir() else "matches no file"
        return DocumentError(f"{argument} {what}", path=argument, hint=formats.describe())
    return DocumentError(
        f"{argument} holds no documents that moe reads ({len(skipped)} left out; {skipped[0]})",
        path=argument,
        hint=formats.describe() if len(skipped) > 1 else formats.get_remedy(Path(skipped[0].path)),
    )
