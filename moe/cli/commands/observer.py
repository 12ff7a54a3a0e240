"""`moe observer`: the whole chain, and what the Observer remarks on it."""

import click

from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.request import ask
from moe.cli.session import Session, pass_session


@click.command()
@click.argument("text")
@belter_option
@ask_options
@pass_session
def observer(session: Session, text: str, belter: str | None, options: AskOptions) -> int:
    """Ask the whole chain, and read all of the Observer's notes.

    \b
    Example:
      moe observer "Why did the bearing fail?" --docs ./papers
    """
    return ask(session, text, options, with_notes=True, belter=belter)
