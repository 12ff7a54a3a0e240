"""Remembering what a listing prints while it prints it."""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TextIO, TypeVar, cast

import click
from msgspec.structs import replace

from moe.app import App
from moe.cli.remembered.file_times import is_settled, look_owned, look_whole
from moe.cli.remembered.files import write_memory
from moe.cli.remembered.listings import ARGUMENTS, ROUTE, RULES, is_listing
from moe.cli.remembered.place import find_place
from moe.cli.remembered.replay import open_memory
from moe.cli.session import Session
from moe.contracts.watched import Watched

P = ParamSpec("P")
R = TypeVar("R")

_FILES_MAX = 64  # listings of so many folders and terminals; the oldest go
_BYTES_MAX = 4 << 20  # of output: above it, reading it back is no gain worth the space
_PACKAGES = ("moe", "moe_core", "moe_kit")


def remembered(function: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Have a listing's output printed again by the next call, until something that it tells of changes.

    The command may depend on nothing but its arguments, what plugins, modelfiles and settings bring, and the user's
    own moe folder.
    """
    return _remember(function, App.find_watched)


def remembered_settings(function: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """The same for a command that depends on nothing but its arguments and the settings."""
    return _remember(function, App.find_watched_settings)


def remembered_router(function: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Have the next call choose by what the router knows now, until something changes that it was learned from.

    What the command prints on standard error may depend on nothing else.
    """

    @wraps(function)
    def call(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        arguments = click.get_current_context().meta.get(ARGUMENTS)
        place = find_place(ROUTE) if arguments and arguments[:1] == ROUTE else None
        if place is None:
            return function(session, *args, **kwargs)
        began, told = time.time_ns(), list[tuple[int, str]]()
        with redirect_stderr(cast(TextIO, _Overheard(2, sys.stderr, told))):
            result = function(session, *args, **kwargs)
        with suppress(OSError):
            memory = session.app.route_memory
            if open_memory(place) is None and not memory.read():  # with it there is more to heed than the rules
                watched = App.find_watched(session.app)
                watched = watched and replace(watched, whole=(*watched.whole, memory.path))
                _keep(place, watched, told, began, {RULES: session.app.dump_route_rules()})
        return result

    return call


def _remember(
    function: Callable[Concatenate[Session, P], R], find_watched: Callable[[App], Watched | None]
) -> Callable[Concatenate[Session, P], R]:
    @wraps(function)
    def call(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        arguments = click.get_current_context().meta.get(ARGUMENTS)
        place = find_place(arguments) if arguments and is_listing(arguments) else None
        if place is None:
            return function(session, *args, **kwargs)
        began, told = time.time_ns(), list[tuple[int, str]]()
        output, errors = (cast(TextIO, _Overheard(*one, told)) for one in ((1, sys.stdout), (2, sys.stderr)))
        with redirect_stdout(output), redirect_stderr(errors):
            result = function(session, *args, **kwargs)
        with suppress(OSError):  # nothing can be kept there, or what was listed is gone
            _keep(place, find_watched(session.app), told, began)
        return result

    return call


class _Overheard:
    """A stream that is listened to."""

    def __init__(self, number: int, stream: TextIO, told: list[tuple[int, str]]) -> None:
        self._number = number
        self._stream = stream
        self._told = told

    def __repr__(self) -> str:
        return f"<_Overheard {self._stream!r}>"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text, and keep it."""
        written = self._stream.write(text)
        self._told.append((self._number, text))
        return written


def _keep(
    place: str,
    watched: Watched | None,
    told: list[tuple[int, str]],
    began: int,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    if watched is None or sum(len(text) for _, text in told) > _BYTES_MAX:
        return
    whole = look_whole(dict.fromkeys([*watched.whole, *_list_own_modules()]))
    if not is_settled(whole, began=began, now=time.time_ns()):
        return
    memory = {"from": began / 1e9, "until": watched.until, "owned": look_owned(watched.owned), "whole": whole}
    write_memory(place, {**memory, **more, "output": told})
    _drop_oldest(Path(place).parent)


def _list_own_modules() -> list[str]:
    """The files of moe itself that had a part in it."""
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in _PACKAGES]
    return [file for module in modules if (file := getattr(module, "__file__", None))]


def _drop_oldest(folder: Path) -> None:
    kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in kept[_FILES_MAX:]:
        path.unlink(missing_ok=True)
