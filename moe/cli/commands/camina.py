"""`moe camina`: the whole chain."""

import click

from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.request import ask
from moe.cli.session import Session, pass_session


@click.command()
@click.argument("text")
@belter_option
@ask_options
@pass_session
def camina(session: Session, text: str, belter: str | None, options: AskOptions) -> int:
    """Ask Camina: the whole chain, as `run` does.

    \b
    Example:
      moe camina "Who engineered the mill's restoration?" --docs ./papers
    """
    return ask(session, text, options, belter=belter)
