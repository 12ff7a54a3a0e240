"""What of a folder counts once it is trusted: every file of its plugins, modelfiles and settings, by content."""

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from moe.contracts.trust import FOLDERS, Contents, FileContent
from moe.trust.ownership import find_intruder
from moe_core.contracts.errors import TrustError
from moe_core.files.regular import read_regular

FILES_MAX = 5_000  # a folder of plugins has dozens: more is something else by mistake, and takes seconds to read
BYTES_MAX = 64 << 20  # read at every start; plugins and settings have kilobytes
KEPT_TEXT_BYTES = 64 << 10  # of a file, for showing later what has changed in it


def read_contents(folder: Path, *, bundled: Path) -> Contents:
    """What counts in a folder now.

    Args:
        folder: The project's.
        bundled: The root of what moe ships: files that are the same as there need nobody's word.

    Raises:
        TrustError: Somebody else may write to some of it, a part is no ordinary file or folder, leads outside, cannot
            be read, or there is far too much of it.
    """
    found: dict[str, FileContent] = {}
    size = 0
    for path in _iterate_files(folder):
        relative = path.relative_to(folder).as_posix()
        _refuse_foreign(folder, path)
        try:
            content = read_regular(path, max_bytes=BYTES_MAX)
        except OSError as error:
            raise TrustError(f"cannot read {path}: {error.strerror}", folder=folder) from error
        size += len(content)
        if len(found) >= FILES_MAX or size > BYTES_MAX:
            raise TrustError(
                f"{folder} holds over {FILES_MAX:,} files or {BYTES_MAX >> 20} MB of plugins, modelfiles and config",
                folder=folder,
                hint="are they the right folders? moe reads plugins/, modelfiles/ and config/ of a project",
            )
        if _is_same(bundled / relative, content):
            continue
        found[relative] = FileContent(digest=blake2b(content, digest_size=32).hexdigest(), text=_take_text(content))
    return dict(sorted(found.items()))


def _iterate_files(folder: Path) -> Iterator[Path]:
    for name in FOLDERS:
        top = folder / name
        if not os.path.lexists(top):
            continue
        _refuse_foreign(folder, top)
        for current, folders, files in os.walk(top):
            folders[:] = sorted(one for one in folders if one != "__pycache__")  # never read from a project
            for one in folders:
                _refuse_foreign(folder, Path(current, one))
            yield from (Path(current, one) for one in sorted(files))


def _refuse_foreign(folder: Path, path: Path) -> None:
    resolved = path.resolve()
    if not resolved.is_relative_to(folder.resolve()):
        raise TrustError(f"{path} leads outside of {folder}", folder=folder, hint="put the files themselves there")
    if not resolved.is_file() and not resolved.is_dir():
        raise TrustError(f"{path} is no ordinary file or folder", folder=folder, hint="remove it")
    intruder = find_intruder(resolved)
    if intruder:
        raise TrustError(f"{path} {intruder}", folder=folder, hint=f"chmod go-w {path}, or chown it to yourself")


def _is_same(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and read_regular(path, max_bytes=len(content)) == content
    except OSError:
        return False


def _take_text(content: bytes) -> str:
    if len(content) > KEPT_TEXT_BYTES:
        return ""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
