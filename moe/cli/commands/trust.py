"""`moe trust`: let a project's folder count, look what changed in it, take the word back."""

import difflib
import time
from collections.abc import Iterator
from pathlib import Path

import click

from moe.app import App
from moe.cli.confirm import confirm
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe.cli.typed_path import TypedPath
from moe.contracts.trust import TrustState, TrustVerdict
from moe_core.contracts.errors import RequestError, TrustError
from moe_core.text.amounts import count

_FOLDER = TypedPath(exists=True, file_okay=False, path_type=Path)


class _TrustGroup(NearGroup):
    """A folder in place of a command means to trust it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["add", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_help = any(word in ("-h", "--help") for word in args)
        return super().parse_args(ctx, args if is_help or (args and args[0] in self.commands) else ["add", *args])


@click.group(cls=_TrustGroup)
def trust() -> None:
    """Let a folder's plugins, modelfiles and settings count.

    A folder that moe did not make itself on this machine counts only after `moe trust`, by the content of its
    plugins/, modelfiles/ and config/: any change asks again. Your word is kept in your own moe folder.

    \b
    Examples:
      moe trust                  the current project
      moe trust ~/mill --yes     without asking
      moe trust diff             what has changed since
      moe trust list
      moe trust revoke ~/mill
    """


@trust.command(hidden=True)
@click.argument("folder", metavar="[DIR]", required=False, type=_FOLDER)
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@json_option
@pass_session
def add(session: Session, folder: Path | None, is_sure: bool, is_json: bool) -> None:
    """Trust a folder, by default the current project's.

    \b
    Example:
      moe trust ~/mill
    """
    app = _open(session, folder)
    verdict = app.trust
    if verdict.state is TrustState.FOREIGN:
        raise TrustError(f"{verdict.folder} cannot be trusted: {verdict.reason}", folder=verdict.folder)
    if verdict.state is TrustState.TRUSTED:
        end = f"{verdict.folder} is trusted already"
    elif verdict.state is TrustState.EMPTY:
        end = f"{verdict.folder} brings nothing that would have to be trusted"
    else:
        for line in verdict.list_lines() if not is_json else ():
            session.screen.line(line)
        if not is_sure:
            confirm("Trust this folder with this content?", hint=f"moe trust {verdict.folder} --yes")
        app.trust_project()
        end = f"trusted: {verdict.folder}"
    if is_json:
        session.show_json({"folder": str(verdict.folder), "files": list(verdict.contents or ()), "state": end})
    else:
        session.screen.line(end)


@trust.command(name="list")
@json_option
@pass_session
def list_trusted(session: Session, is_json: bool) -> None:
    """List the folders that are trusted.

    \b
    Example:
      moe trust list
    """
    records = list(_open(session, None).trust_store)
    if is_json:
        session.show_json(
            [{"folder": record.folder, "files": list(record.files), "at": record.at} for record in records]
        )
        return
    rows = [
        (record.folder, count(len(record.files), "file"), time.strftime("%Y-%m-%d %H:%M", time.localtime(record.at)))
        for record in records
    ]
    if rows:
        session.screen.table(Table(columns=("folder", "plugins, modelfiles, config", "since"), rows=rows))
    else:
        session.screen.line("no folder is trusted")


@trust.command()
@click.argument("folder", metavar="[DIR]", required=False, type=TypedPath(path_type=Path))
@json_option
@pass_session
def revoke(session: Session, folder: Path | None, is_json: bool) -> None:
    """Take the word back: the folder's code and settings count no longer.

    \b
    Example:
      moe trust revoke ~/mill
    """
    app = _open(session, None)
    target = (folder or app.project).absolute().resolve()
    if not app.trust_store.forget(target):
        raise RequestError(f"{target} is not trusted", hint="see which folders are: moe trust list")
    if is_json:
        session.show_json({"folder": str(target), "state": "revoked"})
    else:
        session.screen.line(f"no longer trusted: {target}")


@trust.command()
@click.argument("folder", metavar="[DIR]", required=False, type=_FOLDER)
@json_option
@pass_session
def diff(session: Session, folder: Path | None, is_json: bool) -> None:
    """Show what has changed in a folder since it was trusted.

    \b
    Example:
      moe trust diff
    """
    verdict = _open(session, folder).trust
    if verdict.state is TrustState.FOREIGN:
        raise TrustError(f"{verdict.folder} cannot be trusted: {verdict.reason}", folder=verdict.folder)
    if is_json:
        changes = [{"path": path, "change": what} for what, path in verdict.list_changes()]
        session.show_json({"folder": str(verdict.folder), "changes": changes})
        return
    lines = list(_compare(verdict))
    for line in lines or [f"nothing has changed in {verdict.folder}"]:
        session.screen.line(line)


def _open(session: Session, folder: Path | None) -> App:
    """The App of a folder; that it leaves things aside is told by the commands here themselves."""
    return session.open_app(folder or session.globals.project)


def _compare(verdict: TrustVerdict) -> Iterator[str]:
    now = verdict.contents or {}
    then = verdict.trusted or {}
    for what, path in verdict.list_changes():
        before, after = then.get(path), now.get(path)
        old, new = ((one.text if one is not None else "").splitlines() for one in (before, after))
        yield f"{what}: {path}"
        if any(one is not None and not one.text for one in (before, after)):
            continue
        yield from (f"  {line}" for line in difflib.unified_diff(old, new, "trusted", "now", lineterm=""))
