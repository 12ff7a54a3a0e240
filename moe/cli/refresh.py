"""Asking whether an index that is behind its files is to be brought up to date before a question is answered."""

import sys

import click

from moe.cli.outcome import tell
from moe.cli.progress.steps import describe_indexing, make_listener, open_steps
from moe.cli.session import Session
from moe_core.contracts.errors import MoeError

_MOST_NAMED = 5


def ask_for_refresh(session: Session) -> None:
    """Where somebody can be asked, ask about the changes that the settings do not take in unasked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    index = session.app.index
    try:
        changes = index.find_questionable()
    except MoeError:
        return  # the run says what is wrong
    if not changes:
        return
    for change in changes[:_MOST_NAMED]:
        tell(change.describe())
    if len(changes) > _MOST_NAMED:
        tell(f"and {len(changes) - _MOST_NAMED} more")
    if not click.confirm("Bring the index up to date first?", default=True, err=True):
        return
    try:
        with open_steps("looking for changes", "share", is_coloured=session.globals.is_coloured) as show:
            index.update(on_progress=make_listener(show, describe_indexing))
    except MoeError as error:  # the question is answered from what there is
        session.warn(error.message)
