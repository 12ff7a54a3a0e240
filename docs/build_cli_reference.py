"""Write docs/reference/cli.md from the commands' own help.

python docs/build_cli_reference.py
"""

from collections.abc import Iterator
from pathlib import Path

import click

from moe.cli.group import cli

PAGE = Path(__file__).parent / "reference" / "cli.md"


def build_reference() -> str:
    """The page as Markdown: every command with its help."""
    parts = ["# The command line\n\nWritten by `docs/build_cli_reference.py` from the commands' own help.\n"]
    for name, command, parent in walk(cli, "moe", None):
        context = click.Context(command, info_name=name, parent=parent, terminal_width=100, max_content_width=100)
        context.help_option_names = ["-h", "--help"]
        parts.append(f"## {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def walk(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context | None]]:
    """A command and everything below it, in listing order."""
    yield name, command, parent
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name, parent=parent)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from walk(found, below, context)


if __name__ == "__main__":
    PAGE.write_text(build_reference(), encoding="utf-8")
