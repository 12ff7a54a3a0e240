"""`moe db`: the database that runs are recorded in."""

import click

from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.outcome import tell
from moe.cli.render.screen import Toned
from moe.cli.session import Session, pass_session
from moe.contracts.record import RecordStatus
from moe_core.text.amounts import count, format_bytes


@click.group(cls=NearGroup)
def db() -> None:
    """Look after the database that runs are recorded in.

    That is `runs.db` in the workspace, or the PostgreSQL server that `system.database` names.

    \b
    Examples:
      moe db status
      moe db upgrade
    """


@db.command()
@click.option("--no-check", "is_unchecked", is_flag=True, help="Do not read all of it: quicker where it is large.")
@json_option
@pass_session
def status(session: Session, is_unchecked: bool, is_json: bool) -> int:
    """Show which database it is, the version of its tables, and whether it is sound. Nothing is changed.

    Exits with 1 when it is damaged, or written by a newer moe.

    \b
    Examples:
      moe db status
      moe db status --no-check --json
    """
    found = session.app.runs.upkeep.examine(is_checked=not is_unchecked)
    if is_json:
        session.show_json(found)
    else:
        lines = {
            "database": f"{found.place} ({found.engine})",
            "version": "" if found.problems and not found.version else _describe_version(found),
            "runs": "" if found.runs is None else f"{count(found.runs, 'run')}, {format_bytes(found.size)}",
            "check": "" if is_unchecked or not found.size or found.problems else "sound",
        }
        for name, text in lines.items():
            if text:
                session.screen.line(Toned(f"{name:<9}", "dim"), f" {text}")
        for problem in found.problems:
            session.screen.line(Toned(f"{'check':<9}", "dim"), Toned(f" {problem}", "bad"))
    if found.problems:
        tell("  hint: copy the database before anything else; a file that is moved away is made anew by the next run")
    return EXIT_FAILED if found.problems or found.version > found.current else EXIT_DONE


@db.command()
@json_option
@pass_session
def upgrade(session: Session, is_json: bool) -> None:
    """Bring the tables to the version of this moe, all at once or not at all.

    Whatever opens an older database does so by itself; this does it before anything else needs it. One that a newer
    moe wrote is refused.

    \b
    Example:
      moe db upgrade
    """
    done = session.app.runs.upkeep.upgrade()
    if is_json:
        session.show_json(done)
    elif done.after == 0:
        session.screen.line(f"nothing is recorded in {done.place} yet; the first run makes it")
    elif done.before == done.after:
        session.screen.line(f"{done.place} is of version {done.after} already")
    else:
        session.screen.line(f"{done.place} is of version {done.after} now, {done.before or 'without tables'} before")


def _describe_version(found: RecordStatus) -> str:
    if not found.version:
        return "none yet; the first run makes its tables"
    if found.version == found.current:
        return f"{found.version}, that of this moe"
    if found.version > found.current:
        return f"{found.version}, a newer moe's: this one reads {found.current} and leaves it alone"
    return f"{found.version} of {found.current}; the next command that opens it upgrades it, and so does moe db upgrade"
