"""Plain aligned text, for pipes and files: complete, without boxes or colours."""

from collections.abc import Sequence
from typing import TextIO

from moe.cli.render.screen import Line, Table, Tree, Words, drop_empty_columns, plain
from moe.cli.render.text import measure_width
from moe_core.text.lines import clean_text, join_line


class PlainScreen:
    """A screen that is a stream of text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __repr__(self) -> str:
        return f"<PlainScreen on {getattr(self._stream, 'name', 'a stream')}>"

    def line(self, *words: Words, indent: int = 0) -> None:
        """Words on a line of their own."""
        text = "".join(map(plain, words))
        self._write("\n".join(" " * indent + part if part else "" for part in clean_text(text).split("\n")))

    def entry(self, *words: Words) -> None:
        """Words on exactly one line."""
        self._write(clean_text("".join(map(plain, words))).replace("\n", " "))

    def prose(self, text: str) -> None:
        """Paragraphs."""
        self._write(clean_text(text))

    def table(self, table: Table) -> None:
        """Columns parted by two spaces."""
        table = drop_empty_columns(table)
        rows = [
            [name.upper() for name in table.columns],
            *([join_line(plain(cell)) for cell in row] for row in table.rows),
        ]
        widths = [max(measure_width(row[place]) for row in rows) for place in range(len(table.columns))]
        for row in rows:
            self._write(_align(row, widths))

    def tree(self, tree: Tree) -> None:
        """Two spaces a level."""
        self._write_branch(tree, 0)

    def _write_branch(self, tree: Tree, level: int) -> None:
        self._write("  " * level + _join(tree.label))
        for child in tree.children:
            self._write_branch(child, level + 1)

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")


def _join(line: Line) -> str:
    return join_line("".join(map(plain, line)))


def _align(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - measure_width(cell)) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(padded).rstrip()
