"""`moe certs`: certificates and keys for encryption between agents."""

import time
from collections.abc import Sequence

import click

from moe.cli.audit_note import note_command
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe.contracts.certificates import CertificateNote

_DAYS = 30.0


@click.group(cls=NearGroup)
def certs() -> None:
    """Make, list and renew certificates and keys for encryption between agents.

    \b
    Examples:
      moe certs new worker --host gpu1.example.org
      moe certs list
      moe certs rotate worker
    """


_days_option = click.option(
    "--days",
    metavar="N",
    type=click.FloatRange(0, 730, min_open=True),
    default=_DAYS,
    help="How long they count; by default 30.",
)


@certs.command()
@click.argument("name")
@click.option(
    "--host",
    "hosts",
    metavar="HOST",
    multiple=True,
    help="A name or address of its machine, repeatable; by default this machine's own.",
)
@_days_option
@json_option
@pass_session
def new(session: Session, name: str, hosts: tuple[str, ...], days: float, is_json: bool) -> None:
    """Make a certificate and a key for NAME; with the first one the authority that vouches for them.

    \b
    Examples:
      moe certs new worker --host gpu1.example.org --host 10.0.0.7
      moe certs new asker --days 7
    """
    made = session.app.certificates.issue(name, hosts=hosts, days=days)
    note_command(session, "moe certs new", name)
    _show(session, made, is_json=is_json)


@certs.command(name="list")
@json_option
@pass_session
def list_certificates(session: Session, is_json: bool) -> None:
    """List certificates and keys: whose they are, for which machines, until when they count.

    \b
    Example:
      moe certs list
    """
    found = session.app.certificates.list_all()
    if is_json:
        session.show_json(found)
    elif not found:
        session.screen.line(f"there are none in {session.app.certificates.folder}; moe certs new NAME makes one")
    else:
        rows = [(one.name, one.kind, one.number, " ".join(one.hosts), _tell_state(one)) for one in found]
        session.screen.table(Table(columns=("name", "kind", "number", "machines", "until"), rows=rows))


@certs.command()
@click.argument("name", required=False)
@click.option("--authority", "is_authority", is_flag=True, help="Renew the authority; then all that it vouches for.")
@_days_option
@json_option
@pass_session
def rotate(session: Session, name: str | None, is_authority: bool, days: float, is_json: bool) -> None:
    """Make others in the place of NAME's; those before count beside them until their time is over.

    \b
    Examples:
      moe certs rotate worker
      moe certs rotate --authority
    """
    if (name is None) != is_authority:
        raise click.UsageError("name whose to renew, or --authority")
    directory = session.app.certificates
    made = directory.renew_authority() if name is None else directory.renew(name, days=days)
    note_command(session, "moe certs rotate", name or "authority")
    _show(session, made, is_json=is_json)


def _show(session: Session, made: Sequence[CertificateNote], *, is_json: bool) -> None:
    if is_json:
        session.show_json(made)
        return
    for one in made:
        session.screen.line(f"{one.path}: {one.kind} {one.number}, until {_tell_day(one.until)}")


def _tell_state(one: CertificateNote) -> str:
    told = _tell_day(one.until)
    if time.time() >= one.until:
        return f"{told} (over)"
    return told if one.is_newest else f"{told} (the one before)"


def _tell_day(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
