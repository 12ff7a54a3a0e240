"""`moe servers`: which model servers, of those that were found by themselves, may read documents and questions."""

import time
from collections.abc import Iterable

import click

from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe_core.contracts.choice import PassedOver

_url = click.argument("url", metavar="URL")


@click.group(cls=NearGroup)
def servers() -> None:
    """Say which model servers may read your documents and questions.

    A server that nobody has named and that `auto` finds on this machine is asked how it is, and nothing else: it may be
    anybody's. It serves runs once you have said so, as long as the same user's program listens there. Your word is kept
    in your own moe folder. A server whose base_url stands in config/providers.yaml needs no word.

    \b
    Example:
      moe servers allow http://127.0.0.1:8080
    """


@servers.command()
@_url
@json_option
@pass_session
def allow(session: Session, url: str, is_json: bool) -> None:
    """Let a server read documents and questions.

    \b
    Example:
      moe servers allow http://127.0.0.1:11434
    """
    address = session.app.models.allow(url)
    if is_json:
        session.show_json({"url": address, "allowed": True})
    else:
        session.screen.line(f"allowed: {address}")


@servers.command()
@_url
@json_option
@pass_session
def revoke(session: Session, url: str, is_json: bool) -> None:
    """Forget what you have said of a server: you will be asked again.

    \b
    Example:
      moe servers revoke http://127.0.0.1:11434
    """
    was_there = session.app.models.revoke(url)
    if is_json:
        session.show_json({"url": url, "revoked": was_there})
    else:
        session.screen.line(f"forgotten: {url}" if was_there else f"nothing was said of {url}")


@servers.command(name="list")
@json_option
@pass_session
def list_servers(session: Session, is_json: bool) -> None:
    """List the servers that you have said yes or no to, and what is found now.

    \b
    Example:
      moe servers list
    """
    app = session.app
    said = list(app.consents.list_servers())
    choice = run_async(app.models.choose)
    found = choice.list_found() if choice is not None else []
    if is_json:
        session.show_json({"said": said, "found": [one.asks_for for one in found]})
        return
    rows = [
        (
            record.url,
            "allowed" if record.is_allowed else "refused",
            ", ".join(map(str, record.users or ())),
            time.strftime("%Y-%m-%d %H:%M", time.localtime(record.at)),
        )
        for record in said
    ]
    if rows:
        session.screen.table(Table(columns=("server", "your word", "user's number", "since"), rows=rows))
    else:
        session.screen.line("you have said nothing of any server")
    _tell_found(session, found)


def _tell_found(session: Session, found: Iterable[PassedOver]) -> None:
    for one in found:
        session.screen.line(f"{one.provider}: {one.why}")
