"""`moe run`: answer a question."""

import re
from typing import Any

import click

from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.request import ask, queue
from moe.cli.session import Session, pass_session
from moe.contracts.depth import Depth
from moe.contracts.misfits import name_near
from moe.contracts.runs import LAST
from moe.contracts.task_kinds import AnswerForm, TaskSource, TaskType

_ID = re.compile(r"[\w.:-]*\d[\w.:-]*|last")  # an id has figures; a question of one word has none


def _read_sources(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Sources, parted by commas."""
    given = [word.strip().lower() for word in (text or "").split(",") if word.strip()]
    known = [str(source) for source in TaskSource]
    wrong = [word for word in given if word not in known]
    if wrong or (text is not None and not given):
        told = f"{wrong[0]!r} is no source" if wrong else "no source is named"
        raise click.BadParameter(f"{told}{name_near(wrong[0] if wrong else '', known)}")
    return tuple(dict.fromkeys(given))


@click.command()
@click.argument("question", metavar="QUESTION", required=False)
@belter_option
@click.option(
    "--type",
    "task_type",
    type=click.Choice([str(kind) for kind in TaskType]),
    help="Who works on it: Camina alone, the research Belter, analysis or property, document or knowledge.",
)
@click.option(
    "--depth",
    type=click.Choice([str(depth) for depth in Depth]),
    help="How thoroughly: evidence, tasks, experts, time and what models may spend.",
)
@click.option(
    "--include",
    metavar="SOURCE,...",
    callback=_read_sources,
    help="What may be used: academic, news, analysis, documents; by default all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([str(form) for form in AnswerForm]),
    default=str(AnswerForm.PROSE),
    show_default=True,
    help="The answer as paragraphs, or as a list.",
)
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
    task_type: str | None,
    depth: str | None,
    include: tuple[str, ...],
    form: str,
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
    task = {"task_type": task_type, "depth": depth, "include": include, "format": form}
    fields: dict[str, Any] = {"belter": belter, **task}
    if is_detached:
        return queue(session, question, options, conversation=conversation, **fields)
    return ask(session, question, options, conversation=conversation, **fields)
