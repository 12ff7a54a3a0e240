"""What a command prints, as values: lines of toned words, tables, trees; and the screens that can show them."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

Tone = Literal["", "strong", "name", "dim", "good", "warn", "bad"]


class Toned(msgspec.Struct, frozen=True):
    """Words with a tone, which a terminal shows as a colour."""

    text: str
    tone: Tone = ""


Words: TypeAlias = str | Toned
Line: TypeAlias = Sequence[Words]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under headings. The first column names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Words]]


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A line and what hangs below it."""

    label: Line
    children: Sequence["Tree"] = ()


def drop_empty_columns(table: Table) -> Table:
    """The table without the columns that no row fills."""
    kept = [place for place in range(len(table.columns)) if place == 0 or any(plain(row[place]) for row in table.rows)]
    return Table(
        columns=[table.columns[place] for place in kept], rows=[[row[place] for place in kept] for row in table.rows]
    )


class Screen(Protocol):
    """Shows values on one stream."""

    def line(self, *words: Words, indent: int = 0) -> None:
        """Words on a line of their own; long ones are wrapped on a terminal, `indent` columns in."""
        ...

    def entry(self, *words: Words) -> None:
        """Words on exactly one line, which a terminal cuts at its width."""
        ...

    def prose(self, text: str) -> None:
        """Paragraphs in which marks like [1] stand out."""
        ...

    def table(self, table: Table) -> None:
        """A table, fitted to the width of a terminal; complete when piped."""
        ...

    def tree(self, tree: Tree) -> None:
        """A tree."""
        ...


def plain(words: Words) -> str:
    """Words without their tone."""
    return words.text if isinstance(words, Toned) else words
