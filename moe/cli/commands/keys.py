"""`moe keys`: keys for programs that use the server."""

import re
import time
from pkgutil import resolve_name
from typing import Any

import click

from moe.cli.audit_note import note_command
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe_core.text.lines import join_line

_LENGTH = re.compile(r"(\d{1,4})([hdw])")
_UNITS = {"h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_NAME_MAX = 100
_NO_KEY = "a server that others reach, or that runs since there was a key, lets nobody in; moe keys create NAME"
_HALF = re.compile("[\ud800-\udfff]")  # of a character, where a terminal writes otherwise than moe reads


@click.group(cls=NearGroup)
def keys() -> None:
    """Make, list and revoke keys for programs that use `moe serve`.

    \b
    Examples:
      moe keys create chat --scope runs:read,runs:write --rate 60/min --expires 90d
      moe keys list
      moe keys revoke chat
    """


def _read_expiry(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """A length of time as the moment at which it is over."""
    if text is None:
        return None
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise click.BadParameter(f"{text!r} is no length of time: write 24h, 90d or 8w")
    return time.time() + int(found[1]) * _UNITS[found[2]]


def _read_scopes(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Scopes, each option a list parted by commas."""
    known = resolve_name("moe.server.keys.key:SCOPES")
    given = [word.strip() for text in texts for word in text.split(",") if word.strip()]
    wrong = [word for word in given if word not in known]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is no scope: there are {', '.join(known)}")
    return tuple(dict.fromkeys(given)) or tuple(resolve_name("moe.server.keys.key:USUAL_SCOPES"))


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    metavar="SCOPES",
    multiple=True,
    callback=_read_scopes,
    help="What it may: runs:read, runs:write, tools:run, admin. By default the first two.",
)
@click.option("--rate", metavar="N/UNIT", default="", help="Requests that it may make, as 60/min or 1000/day.")
@click.option(
    "--concurrency", metavar="N", type=click.IntRange(1, 100_000), default=None, help="Runs that it may have at once."
)
@click.option(
    "--budget",
    metavar="tokens=N/UNIT",
    default="",
    help="Tokens of models that it may spend, as tokens=1M/day.",
)
@click.option("--expires", metavar="TIME", callback=_read_expiry, help="How long it counts, as 90d or 24h.")
@json_option
@pass_session
def create(
    session: Session,
    name: str,
    scopes: tuple[str, ...],
    rate: str,
    concurrency: int | None,
    budget: str,
    expires: float | None,
    is_json: bool,
) -> None:
    """Make a key; it is shown this once, and kept nowhere.

    \b
    Examples:
      moe keys create chat
      moe keys create watch --scope runs:read,admin --expires 90d
      moe keys create guest --rate 60/min --budget tokens=1M/day
    """
    name = join_line(name).strip()
    if _HALF.search(name):
        raise click.BadParameter(f"{name!r} holds what is no text", param_hint="NAME")
    if not name or len(name) > _NAME_MAX:
        raise click.BadParameter(f"a name has 1 to {_NAME_MAX} characters", param_hint="NAME")
    rate = resolve_name("moe.server.keys.rate_text:read_rate")(rate) if rate else ""
    budget = str(resolve_name("moe.server.keys.budget_text:read_budget")(budget)) if budget else ""
    key, secret = _open_store(session).create(
        name, scopes=scopes, rate=rate, concurrency=concurrency or 0, budget=budget, expires=expires
    )
    note_command(session, "moe keys create", name)
    if is_json:
        session.show_json({**_describe(key), "key": secret})
        return
    session.screen.line(secret)
    session.warn(f"this is the key of {name}: keep it now, it is not shown again")


@keys.command(name="list")
@json_option
@pass_session
def list_keys(session: Session, is_json: bool) -> None:
    """List the keys: whose they are, what they may, how long.

    \b
    Example:
      moe keys list
    """
    found = _open_store(session).list_keys()
    if is_json:
        session.show_json([_describe(key) for key in found])
    elif not found:
        session.screen.line("there are no keys: a server on this machine's own address, begun now, lets all on it in")
        session.screen.line(_NO_KEY)
    else:
        rows = [(key.name, key.key_id, " ".join(key.scopes), *_tell_limits(key), _tell_expiry(key)) for key in found]
        columns = ("name", "id", "scopes", "rate", "runs", "budget", "expires")
        session.screen.table(Table(columns=columns, rows=rows))


@keys.command()
@click.argument("name")
@json_option
@pass_session
def revoke(session: Session, name: str, is_json: bool) -> None:
    """Have a key count no more, at once; NAME is its name or its id.

    \b
    Example:
      moe keys revoke chat
    """
    store = _open_store(session)
    key = store.revoke(name)
    note_command(session, "moe keys revoke", key.name)
    if is_json:
        session.show_json(_describe(key))
    else:
        session.screen.line(f"{key.name} counts no more")
    if not store.has_keys():
        session.warn(f"no key is left: {_NO_KEY}")


def _open_store(session: Session) -> Any:
    workspace = session.app.workspace
    return resolve_name("moe.server.keys.store:KeyStore").open(workspace.folder, workspace.create)


def _describe(key: Any) -> dict[str, object]:
    return {
        "name": key.name,
        "id": key.key_id,
        "scopes": key.scopes,
        "rate": key.rate,
        "concurrency": key.concurrency,
        "budget": key.budget,
        "created": key.created,
        "expires": key.expires,
    }


def _tell_limits(key: Any) -> tuple[str, str, str]:
    return key.rate, str(key.concurrency or ""), key.budget


def _tell_expiry(key: Any) -> str:
    if key.expires is None:
        return ""
    told = time.strftime("%Y-%m-%d %H:%M", time.localtime(key.expires))
    return f"{told} (over)" if key.is_over(time.time()) else told
