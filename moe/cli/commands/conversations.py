"""`moe conversations`: questions that followed one another."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe.cli.typed_path import TypedPath
from moe.contracts.conversations import Conversation
from moe_core.contracts.errors import RequestError
from moe_core.text.amounts import count
from moe_core.text.lines import join_line
from moe_core.text.quoting import disarm_text


@click.group(cls=NearGroup)
def conversations() -> None:
    """Look at questions that followed one another, and delete or export them.

    `moe run --continue` goes on with one.

    \b
    Examples:
      moe conversations list
      moe conversations show last
    """


@conversations.command(name="list")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="Conversations to list."
)
@json_option
@pass_session
def list_conversations(session: Session, limit: int, is_json: bool) -> None:
    """List the conversations, the one that went on last first.

    \b
    Example:
      moe conversations list --limit 5
    """
    found = session.app.conversations.list(limit)
    if is_json:
        session.show_json(found)
    elif not found:
        session.screen.line('no conversation yet; moe run --continue "…" asks on after a run')
    else:
        rows = [(one.conversation_id, _write_time(one.last), f"{one.turns}", one.question) for one in found]
        session.screen.table(Table(columns=("conversation", "last", "turns", "first question"), rows=rows))


@conversations.command()
@click.argument("name", metavar="ID")
@json_option
@pass_session
def show(session: Session, name: str, is_json: bool) -> None:
    """Show a conversation: each question, what it was completed to, and its answer.

    ID is a conversation's, or that of one of its runs, or the beginning of one; "last" is that of the newest run.

    \b
    Example:
      moe conversations show last
    """
    found = session.app.conversations.get(name)
    if is_json:
        session.show_json(found)
        return
    screen = session.screen
    for number, turn in enumerate(found.turns, start=1):
        screen.line(*([""] if number == 1 else ["\n"]), Toned(f"{number}. {join_line(turn.question)}", "strong"))
        if turn.asked_as:
            screen.line(Toned(f"asked as: {join_line(turn.asked_as)}", "dim"))
        screen.prose(turn.answer or f"({turn.status})")
        screen.line(Toned(f"{_write_time(turn.started)}, run {turn.run_id}", "dim"))


@conversations.command()
@click.argument("name", metavar="ID")
@json_option
@pass_session
def delete(session: Session, name: str, is_json: bool) -> None:
    """Delete a conversation with all its runs.

    \b
    Example:
      moe conversations delete last
    """
    found = session.app.conversations.delete(name)
    if is_json:
        session.show_json({"deleted": found.conversation_id, "runs": [turn.run_id for turn in found.turns]})
    else:
        session.screen.line(f"deleted {found.conversation_id} with {count(len(found.turns), 'run')}")


@conversations.command()
@click.argument("name", metavar="ID")
@click.option("--output", metavar="FILE", type=TypedPath(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--force", "is_forced", is_flag=True, help="Replace the file if it exists.")
@click.option("--json", "is_json", is_flag=True, help="Write JSON in place of Markdown.")
@pass_session
def export(session: Session, name: str, output: Path | None, is_forced: bool, is_json: bool) -> None:
    """Write a conversation as Markdown, with what its answers cite.

    \b
    Examples:
      moe conversations export last --output mill.md
      moe conversations export last --json
    """
    found = session.app.conversations.get(name)
    text = session.format_json(found) + "\n" if is_json else "\n".join(_write_markdown(found))
    if output is None:
        sys.stdout.write(text)
        return
    if output.exists() and not is_forced:
        raise RequestError(f"{output} exists", hint="--force replaces it")
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"cannot write {output}: {error.strerror}", hint="name another file") from error
    session.screen.line(f"wrote {count(len(found.turns), 'turn')} to {output}")


def _write_markdown(conversation: Conversation) -> Iterator[str]:
    yield f"# {disarm_text(join_line(conversation.turns[0].question))}\n"
    for turn in conversation.turns:
        yield f"## {disarm_text(join_line(turn.question))}\n"
        if turn.asked_as:
            yield f"*Asked as: {disarm_text(join_line(turn.asked_as))}*\n"
        yield f"{turn.answer or f'({turn.status})'}\n"
        cited = [f"{number}. {disarm_text(name)}" for number, name in enumerate(turn.documents, start=1)]
        if cited:
            yield "\n".join(cited) + "\n"
        yield f"<small>{_write_time(turn.started)}, run {turn.run_id}</small>\n"


def _write_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
