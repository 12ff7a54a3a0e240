"""Tables, trees and colours, for terminals of any width."""

from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree as RichTree

from moe.cli.render.screen import Line, Table, Toned, Tree, Words, drop_empty_columns, plain
from moe.cli.render.text import measure_width
from moe_core.text.lines import clean_text, join_line

_STYLES = {
    "": "",
    "strong": "bold",
    "name": "cyan",
    "dim": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
}
# Narrower columns than this are no pleasure to read; rows are then shown one below the other.
_MIN_COLUMN = 14


def make_console(stream: TextIO, *, is_coloured: bool) -> Console:
    """A rich console on a stream; texts are never read as markup."""
    return Console(file=stream, no_color=not is_coloured or None, markup=False, emoji=False, highlight=False)


class RichScreen:
    """A screen that is a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __repr__(self) -> str:
        return f"<RichScreen of {self._console.width} columns>"

    def line(self, *words: Words, indent: int = 0) -> None:
        """Words on a line of their own, wrapped."""
        self._print_indented(_style(words), indent)

    def entry(self, *words: Words) -> None:
        """Words on exactly one line, cut at the terminal's width."""
        self._console.print(_style(words, is_line=True), no_wrap=True, overflow="ellipsis", crop=True)

    def prose(self, text: str) -> None:
        """Paragraphs in which marks like [1] stand out."""
        styled = Text(clean_text(text))
        styled.highlight_regex(r"\[\d+\]", "cyan")
        self._console.print(styled)

    def table(self, table: Table) -> None:
        """A table; on a narrow terminal its rows one below the other."""
        table = drop_empty_columns(table)
        if self._console.width < _MIN_COLUMN * len(table.columns):
            self._stack(table)
            return
        shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for place, name in enumerate(table.columns):
            longest = max((measure_width(plain(row[place])) for row in table.rows), default=0)
            fits = place == 0 and longest + _MIN_COLUMN * (len(table.columns) - 1) <= self._console.width
            shown.add_column(name, no_wrap=fits, overflow="fold", style="cyan" if place == 0 else "")
        for row in table.rows:
            shown.add_row(*(_style((cell,), is_line=True) for cell in row))
        self._console.print(shown)

    def tree(self, tree: Tree) -> None:
        """A tree with guides."""
        self._console.print(build_tree(tree))

    def _stack(self, table: Table) -> None:
        for row in table.rows:
            self._console.print(Text(join_line(plain(row[0])), style="cyan"))
            for name, cell in zip(table.columns[1:], row[1:], strict=True):
                if plain(cell):
                    told = _style((Toned(f"{name}: ", "dim") if name else "", cell), is_line=True)
                    self._print_indented(told, 2)

    def _print_indented(self, text: Text, indent: int) -> None:
        if not indent:
            self._console.print(text)
            return
        for line in text.wrap(self._console, max(10, self._console.width - indent)):
            line.rstrip()
            self._console.print(Text(" " * indent) + line)


def build_tree(tree: Tree) -> RichTree:
    """The same tree as rich draws it."""
    built = RichTree(_style(tree.label, is_line=True), guide_style="dim")
    for child in tree.children:
        built.children.append(build_tree(child))
    return built


def _style(line: Line, *, is_line: bool = False) -> Text:
    text = Text()
    for words in line:
        tone = words.tone if isinstance(words, Toned) else ""
        content = clean_text(plain(words))
        text.append(content.replace("\n", " ") if is_line else content, style=_STYLES[tone])
    return text
