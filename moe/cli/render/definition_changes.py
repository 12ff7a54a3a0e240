"""What has changed in tools' definitions, as a diff."""

from collections.abc import Iterable

from moe.cli.render.screen import Screen, Toned
from moe_core.contracts.definition import DefinitionChange
from moe_core.text.lines import join_line


def show_definition_changes(screen: Screen, changes: Iterable[DefinitionChange], *, indent: int = 0) -> None:
    """Show each change, and what was said before and is said now."""
    for change in changes:
        screen.line(Toned(f"{change.kind} ", "strong"), join_line(change.tool), indent=indent)
        for mark, lines, others in (("- ", change.before, change.after), ("+ ", change.after, change.before)):
            for line in lines:
                if line not in others:
                    screen.line(Toned(mark + join_line(line), "dim"), indent=indent + 4)
