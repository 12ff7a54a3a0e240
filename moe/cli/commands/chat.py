"""`moe chat`: ask, and ask on."""

import sys

import click

from moe.cli.chat.line_source import read_lines
from moe.cli.chat.shell import ChatShell
from moe.cli.exit_codes import EXIT_DONE
from moe.cli.options import AskOptions, ask_options, belter_option
from moe.cli.question import build_request
from moe.cli.refresh import ask_for_refresh
from moe.cli.request import read_fields
from moe.cli.session import Session, pass_session
from moe.contracts.runs import LAST
from moe_core.text.lines import join_line


@click.command()
@belter_option
@click.option(
    "--continue",
    "conversation",
    metavar="[ID]",
    is_flag=False,
    flag_value=LAST,
    help="Go on with a conversation: a run's or a conversation's ID; by default that of the newest run.",
)
@ask_options
@pass_session
def chat(session: Session, belter: str | None, conversation: str | None, options: AskOptions) -> int:
    """Ask, and ask on: a shell in which each question may leave out what was said before.

    Documents are read once. A number opens a citation of the last answer; /help lists the commands. From a pipe, each
    line is a question; --json prints one JSON document a line, and the exit code is the worst of all.

    \b
    Examples:
      moe chat --docs ./papers
      moe chat --continue
      moe chat --docs ./papers < questions.txt
    """
    session.ask_for_trust()
    if not options.docs and options.collection is None:
        ask_for_refresh(session)
    if options.provider is None:
        session.ask_for_servers()
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    fields = {**read_fields(options), "explain": True}
    request = build_request(question="-", stream=options.is_streamed and not options.is_json, belter=belter, **fields)
    if conversation is not None:
        request = session.app.conversations.follow_up(request, conversation)
    shell = ChatShell(session, request, options, echoes=not is_terminal)
    if not session.app.config.system.record:
        session.warn("nothing is recorded here (system.record), so each question is asked as it stands")
    if is_terminal:
        _greet(session, request.conversation_id)
    for line in read_lines(shell.complete):
        if not shell.take(line):
            break
    return EXIT_DONE if is_terminal else shell.code


def _greet(session: Session, conversation_id: str | None) -> None:
    session.screen.line("Ask; /help lists what else you can type, /quit ends.")
    if conversation_id:
        session.screen.line(
            f"Going on after: {join_line(session.app.conversations.find_last_question(conversation_id))}"
        )
