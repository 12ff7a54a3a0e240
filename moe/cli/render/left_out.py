"""Files that were left out or read in part, as few lines as say it."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePath

from moe.contracts.documents import SourceNote
from moe_core.text.lines import join_line

_LINES_MAX = 5


def list_left_out(notes: Iterable[SourceNote]) -> list[str]:
    """Notes as lines: files of one kind that have the same said of them share one; the last may count the rest."""
    groups: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for note in notes:
        groups[PurePath(note.path).suffix.lower(), note.reason][note.path] = None
    lines = [_describe(suffix, reason, list(paths)) for (suffix, reason), paths in groups.items()]
    if len(lines) <= _LINES_MAX:
        return lines
    rest = {path for paths in list(groups.values())[_LINES_MAX:] for path in paths}
    return [*lines[:_LINES_MAX], f"and {len(rest)} more files were left out or read in part"]


def _describe(suffix: str, reason: str, paths: list[str]) -> str:
    more = len(paths) - 1
    kind = suffix or ("file" if more == 1 else "files")
    return join_line(f"{paths[0]}{f' and {more} more {kind}' if more else ''}: {reason}")
