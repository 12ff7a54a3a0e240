"""Choosing a screen: colours and boxes for a terminal, plain text for everything else."""

import sys
from pkgutil import resolve_name
from typing import TextIO, cast

from moe.cli.render.plain import PlainScreen
from moe.cli.render.screen import Screen


def open_screen(stream: TextIO, *, is_coloured: bool) -> Screen:
    """The screen that suits a stream."""
    if not stream.isatty():
        return PlainScreen(stream)
    # By name: rich is not imported for a pipe.
    console = resolve_name("moe.cli.render.rich:make_console")(stream, is_coloured=is_coloured)
    return cast(Screen, resolve_name("moe.cli.render.rich:RichScreen")(console))


def is_live(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can redraw what it shows."""
    if not stream.isatty():
        return False
    console = resolve_name("moe.cli.render.rich:make_console")(stream, is_coloured=True)
    return bool(console.is_terminal and not console.is_dumb_terminal)


def write_xml(xml: str) -> None:
    """Print an XML document; characters that the stream cannot carry become references."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(xml.encode(encoding, "xmlcharrefreplace").decode(encoding))


def write_json(text: str) -> None:
    """Print a JSON document; characters that the stream cannot carry are escaped, so that nothing is lost."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = "".join(char if char.isascii() else _escape(char) for char in text)
    sys.stdout.write(text + "\n")


def _escape(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
