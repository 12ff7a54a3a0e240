"""`moe audit`: the log of who did what on the server."""

import re
import time

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe.contracts.audit import AuditReport
from moe_core.contracts.errors import StorageError

_KEPT = re.compile(r"(\d{1,15}):([0-9a-f]{64})")


@click.group(cls=NearGroup)
def audit() -> None:
    """Look at the log of who did what on the server, and whether it is as it was written.

    The server writes it where `server.audit` says so.

    \b
    Examples:
      moe audit list --last 50
      moe audit verify
    """


def _read_kept(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = _KEPT.fullmatch(text.strip())
    if found is None:
        raise click.BadParameter(f"{text!r} is no number and digest, as 12:9f86d0…, which `moe audit verify` prints")
    return int(found[1]), found[2]


@audit.command(name="list")
@click.option(
    "--last", "most", metavar="N", type=click.IntRange(1, 1_000_000), default=20, help="Lines; by default 20."
)
@json_option
@pass_session
def list_lines(session: Session, most: int, is_json: bool) -> None:
    """List the last lines, oldest first.

    \b
    Example:
      moe audit list --last 50
    """
    lines = session.app.audit.read(most)
    if is_json:
        session.show_json(lines)
    elif not lines:
        session.screen.line("nothing is logged; set server.audit to changes or all")
    else:
        rows = [
            (
                str(line.number),
                time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(line.at)),
                f"{line.note.kind} {line.note.who}".strip() or "nobody",
                line.note.address,
                line.note.what,
                line.note.target,
                line.note.outcome,
            )
            for line in lines
        ]
        columns = ("line", "at", "who", "from", "what", "of", "outcome")
        session.screen.table(Table(columns=columns, rows=rows))


@audit.command()
@click.option(
    "--kept",
    metavar="N:DIGEST",
    callback=_read_kept,
    help="The number and digest of a line, as an earlier look printed them and you keep them elsewhere.",
)
@json_option
@pass_session
def verify(session: Session, kept: tuple[int, str] | None, is_json: bool) -> None:
    """Look whether every line is as it was written, and in its place; exit code 1 when one is not.

    \b
    Examples:
      moe audit verify
      moe audit verify --kept 4711:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    """
    report = session.app.audit.verify(kept=kept)
    if is_json:
        session.show_json(report)
    elif not report.faults:
        session.screen.line(_describe(report))
    if report.faults:
        told = "; ".join(f"line {fault.line} {fault.what}" for fault in report.faults)
        raise StorageError(f"{report.path}: {told}", hint="what a line says cannot be relied on from there on")


def _describe(report: AuditReport) -> str:
    if not report.lines:
        return "nothing is logged"
    return f"{report.lines} lines, each as it was written; the last one is {report.lines}:{report.digest}"
