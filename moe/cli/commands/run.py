"""`moe run`: answer a question."""

import click

from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.request import ask
from moe.cli.session import Session, pass_session


@click.command()
@click.argument("question")
@belter_option
@ask_options
@pass_session
def run(session: Session, question: str, belter: str | None, options: AskOptions) -> int:
    """Answer a question, from your documents.

    QUESTION is the question as one text in quotes; "-" reads it from standard input.

    \b
    Examples:
      moe run "Who engineered the mill's restoration?" --docs ./papers
      moe run "Compare the yields of both houses" --docs "data/*.csv" --belter property
      echo "What was decided?" | moe run - --docs minutes --json
    """
    return ask(session, question, options, belter=belter)
