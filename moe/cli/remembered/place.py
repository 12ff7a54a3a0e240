"""Which file remembers a listing: one for each command line, folder, environment, terminal and moe."""

import os
import sys
from collections.abc import Sequence
from hashlib import blake2b

from moe.cli.remembered.files import find_cache
from moe.version import VERSION

FOLDER = "listings"
_FORMAT = 1  # of the files
_VARIABLES = frozenset(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "LANG", "UNICODE_VERSION"))
_SETTINGS = ("MOE_", "XDG_", "LC_", "PYTHON", "WIN_PD_")
_SCREEN = ("TERM", "COLOR", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_", "JUPYTER_")


def find_place(arguments: Sequence[str]) -> str | None:
    """The file for this command line here and now; None where nothing is remembered.

    That is where the streams are closed or carry less than UTF-8, and where log records are asked for, which tell
    times.

    Args:
        arguments: The words after `moe`.
    """
    if os.environ.get("MOE_LOG") or not all(map(_carries_everything, (sys.stdout, sys.stderr))):
        return None
    try:
        folder = os.getcwd()
    except OSError:
        return None
    key = [_FORMAT, VERSION, __file__, sys.prefix, sys.version, sys.path, folder]
    key += [list(arguments), _find_user(), _list_variables(), [_describe_terminal(number) for number in range(3)]]
    digest = blake2b(repr(key).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    cache = find_cache(FOLDER)
    return None if cache is None else os.path.join(cache, f"{digest}.json")


def _carries_everything(stream: object) -> bool:
    return str(getattr(stream, "encoding", "")).lower().replace("_", "-") in ("utf-8", "utf8")


def _find_user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _list_variables() -> list[tuple[str, str]]:
    """What settings, folders and colours are made of."""
    prefixes = (*_SETTINGS, *_SCREEN)
    return sorted(one for one in os.environ.items() if one[0] in _VARIABLES or one[0].upper().startswith(prefixes))


def _describe_terminal(descriptor: int) -> tuple[int, ...] | None:
    """The terminal's size; None where there is none."""
    try:
        return tuple(os.get_terminal_size(descriptor)) if os.isatty(descriptor) else None
    except OSError:
        return ()
