"""`moe run`: answer a question."""

import re
from typing import Any

import click

from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.request import ask, queue
from moe.cli.session import Session, pass_session
from moe.cli.task_options import task_options
from moe.contracts.runs import LAST

_ID = re.compile(r"[\w.:-]*\d[\w.:-]*|last")  # an id has figures; a question of one word has none


@click.command()
@click.argument("question", metavar="QUESTION", required=False)
@belter_option
@task_options
@click.option(
    "--continue",
    "conversation",
    metavar="[ID]",
    is_flag=False,
    flag_value=LAST,
    help="Ask on: the question may leave out what earlier turns say. ID is a run's or a conversation's; by default "
    "the newest run.",
)
@click.option(
    "--detach", "is_detached", is_flag=True, help="Leave it to a worker (`moe worker`), and print the run's id."
)
@ask_options
@pass_session
def run(
    session: Session,
    question: str | None,
    belter: str | None,
    task: dict[str, Any],
    conversation: str | None,
    options: AskOptions,
    is_detached: bool,
) -> int:
    """Answer a question, from your documents.

    QUESTION is the question as one text in quotes; "-" reads it from standard input.

    \b
    Examples:
      moe run "Who engineered the mill's restoration?" --docs ./papers
      moe run --continue "and who paid for it?"
      moe run "Compare the yields of both houses" --docs "data/*.csv" --belter property
      moe run "Who studied the mill?" --docs ./papers --type research --depth comprehensive --include academic,news
      moe run "What was decided, and by whom?" --docs ./minutes --format list
      moe run "What was decided?" --docs ./minutes --detach
      echo "What was decided?" | moe run - --docs minutes --json
    """
    if question is None and conversation is not None and _ID.fullmatch(conversation) is None:
        question, conversation = conversation, LAST  # --continue "and why?"
    if question is None:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    fields: dict[str, Any] = {"belter": belter, **task}
    if is_detached:
        return queue(session, question, options, conversation=conversation, **fields)
    return ask(session, question, options, conversation=conversation, **fields)
