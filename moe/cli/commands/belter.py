"""`moe belter`: one Belter and its Drummers, without Camina."""

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
    shell_complete=complete_names("belters"),
    help="The Belter to ask; without it the router chooses.",
)
@ask_options
@pass_session
def belter(session: Session, text: str, name: str | None, options: AskOptions) -> int:
    """Ask one Belter and its Drummers.

    \b
    Example:
      moe belter "What did the survey of 2016 find?" --name research --docs ./papers
    """
    return ask(session, text, options, top=Role.BELTER, belter=name)
