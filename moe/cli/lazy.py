"""Command groups that import a command only when it is used, and know near names of a mistyped one."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pkgutil import resolve_name
from typing import Any, NamedTuple

import click

_ASKING = ("ask", "query", "question", "answer", "search")  # what people call `run`
_ALIKE = 0.85  # of names of groups: a singular and its plural, and little else


class CommandRef(NamedTuple):
    """A command by name.

    Attributes:
        reference: "module:attribute" of the click command.
        summary: The first line of its help, for the list of commands.
        section: The heading it is listed under.
    """

    reference: str
    summary: str
    section: str


class UnknownCommandError(click.UsageError):
    """A mistyped command."""

    def __init__(self, name: str, known: Sequence[str], ctx: click.Context) -> None:
        """Look for what was meant.

        Args:
            name: What was typed.
            known: The commands that there are.
            ctx: Of the group in which it was looked for.
        """
        super().__init__(f"no command is named {name!r}", ctx)
        near = get_close_matches(name.lower(), known, n=3, cutoff=0.55)
        starting = [command for command in known if name and command.startswith(name.lower())]
        near = [f"{ctx.command_path} {command}" for command in dict.fromkeys([*starting, *near])][:3]
        if ctx.parent is None and (" " in name or name.lower() in _ASKING):
            self.hint = f'`{ctx.command_path} run "QUESTION" --docs PATH` asks a question'
            return
        if name in ("help", "version"):
            self.hint = f"did you mean `moe --{name}`?"
            return
        self.hint = (
            f"did you mean {' or '.join(f'`{path}`' for path in near)}?"
            if (near := near or _find_beside(name, ctx))
            else f"there are: {', '.join(known)}"
        )


def _find_beside(name: str, ctx: click.Context) -> list[str]:
    """Commands of this name in groups called almost like this one, as `moe plugins list` beside `moe plugin`."""
    above, own = ctx.parent, ctx.info_name or ""
    if above is None or not isinstance(above.command, click.Group):
        return []
    others = [other for other in above.command.list_commands(above) if other != own]
    alike = get_close_matches(own, others, n=3, cutoff=_ALIKE)
    groups = [(other, above.command.get_command(above, other)) for other in alike]
    return [
        f"{above.command_path} {other} {name}"
        for other, group in groups
        if isinstance(group, click.Group) and group.get_command(ctx, name) is not None
    ]


class NearGroup(click.Group):
    """A group that answers a mistyped command with the nearest names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of their definition."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is named with its near misses."""
        name = args[0]
        if not name.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            raise UnknownCommandError(name, self.list_commands(ctx), ctx)
        return super().resolve_command(ctx, args)


class LazyGroup(NearGroup):
    """A group whose commands stand in a table."""

    def __init__(self, *args: Any, table: Mapping[str, CommandRef], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the table's order."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        ref = self.table.get(cmd_name)
        if ref is None:
            return None
        command = resolve_name(ref.reference)
        assert isinstance(command, click.Command), f"{ref.reference} is no click command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by section, from the table alone."""
        for section in dict.fromkeys(ref.section for ref in self.table.values()):
            with formatter.section(section):
                formatter.write_dl([(name, ref.summary) for name, ref in self.table.items() if ref.section == section])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete command names from the table alone, and options."""
        item = resolve_name("click.shell_completion:CompletionItem")
        names = [item(name, help=ref.summary) for name, ref in self.table.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
