"""Routing a question by what the router knew last time, as long as nothing that it was learned from has changed."""

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from moe.cli.remembered.listings import ROUTE, RULES
from moe.cli.remembered.place import find_place
from moe.cli.remembered.replay import open_memory, tell
from moe.cli.render.route import list_fields, show_route
from moe.cli.render.screens import open_screen, write_json
from moe.kept_routes import route_by
from moe_core.contracts.wire import format_json

_CHARACTERS_MAX = 20_000  # as a request may have


class _Asked(NamedTuple):
    question: str
    is_json: bool


def route(arguments: Sequence[str]) -> int | None:
    """Show a question's route; the exit code, or None when the command has to be run.

    Args:
        arguments: The words after `moe`.
    """
    asked = _read_words(arguments)
    place = find_place(ROUTE) if asked else None
    memory = open_memory(place) if place else None
    if asked is None or memory is None:
        return None
    found = route_by(memory.get(RULES, {}), asked.question)
    if found is None:
        return None

    def write() -> None:
        if asked.is_json:
            write_json(format_json(list_fields(found)))
        else:
            show_route(open_screen(sys.stdout, is_coloured=not os.environ.get("NO_COLOR")), found)

    return tell(memory["output"], write)


def _read_words(arguments: Sequence[str]) -> _Asked | None:
    """The question and how it is answered; None for whatever is less plain, which the command itself looks at."""
    words = [word for word in arguments[1:] if word != "--json"]
    is_json = len(words) < len(arguments) - 1
    if len(words) != 1 or len(words[0]) > _CHARACTERS_MAX or words[0].startswith("-") or not words[0].isprintable():
        return None
    question = words[0].strip()
    return _Asked(question, is_json) if question else None
