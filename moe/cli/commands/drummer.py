"""`moe drummer`: one Drummer and its tools."""

import click

from moe.cli.options import AskOptions, ask_options, complete_names
from moe.cli.request import ask
from moe.cli.session import Session, pass_session
from moe_core.contracts.agent import Role


@click.command()
@click.argument("text")
@click.option(
    "--name",
    metavar="NAME",
    shell_complete=complete_names("drummers"),
    help="The Drummer to use; by default the first.",
)
@ask_options
@pass_session
def drummer(session: Session, text: str, name: str | None, options: AskOptions) -> int:
    """Give one Drummer a small task.

    \b
    Example:
      moe drummer "bearing failure 2020" --name search --docs ./papers
    """
    return ask(session, text, options, top=Role.DRUMMER, drummer=name)
