"""`moe plugins freeze|sync`: what is installed as a lock, and held against one."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from moe.cli.commands.plugin_packages import run_pip
from moe.cli.exit_codes import EXIT_FAILED
from moe.cli.options import json_option
from moe.cli.outcome import tell
from moe.cli.render.definition_changes import show_definition_changes
from moe.cli.render.screen import Toned
from moe.cli.session import Session, pass_session
from moe.contracts.plugin_locks import LockReport
from moe_core.contracts.errors import RequestError
from moe_core.text.amounts import count
from moe_core.text.lines import join_line


@click.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; by default the moe.lock that counts here.",
)
@json_option
@pass_session
def freeze(session: Session, output: Path | None, is_json: bool) -> None:
    """Write every plugin that can be used, moe's own apart, into moe.lock: version, files and tools, by hash.

    Plugins that are locked out are tried for it, each in a process of its own.

    \b
    Examples:
      moe plugins freeze
      moe plugins freeze --output moe.lock
    """
    locks = session.app.plugin_locks
    done = locks.freeze(output)
    if is_json:
        session.show_json({"file": str(done.file), "plugins": done.plugins, "left_out": done.left_out})
        return
    session.screen.line(f"{done.file}: {count(len(done.plugins), 'plugin')}")
    for name, state in done.left_out.items():
        tell(f"left out: {join_line(name)}: it is {state}")
    if done.file not in locks.places:
        tell(f"moe looks for locks elsewhere: {', '.join(map(str, locks.places))}")
    elif not locks.is_locked:
        tell("every plugin may still run: `policy: locked` in your config/plugins.yaml holds moe to the lock")


@click.command()
@click.option("--try", "is_tried", is_flag=True, help="Ask what is locked out for its tools, in a process of its own.")
@click.option("--install", "is_installed", is_flag=True, help="Have pip install the versions that the lock names.")
@click.option("--dry-run", is_flag=True, help="With --install: say what pip would be told, and leave it.")
@json_option
@pass_session
def sync(session: Session, is_tried: bool, is_installed: bool, dry_run: bool, is_json: bool) -> None:
    """Say how plugins differ from moe.lock: missing, other versions, files or tools, not in it. Exit 1 if they do.

    Nothing is changed without --install.

    \b
    Examples:
      moe plugins sync
      moe plugins sync --install --dry-run
    """
    locks = session.app.plugin_locks
    reports = locks.compare(is_tried=is_tried or not locks.is_locked)
    wanted = _list_wanted(reports) if is_installed else []
    if is_json:
        told = [{"file": str(one.file), "plugins": one.plugins, "differences": one.differences} for one in reports]
        session.show_json({"locks": told, "install": wanted})
    else:
        for report in reports:
            _show_report(session, report)
    if wanted and not is_json and dry_run:
        session.screen.line(f"would be told: pip install {' '.join(wanted)}")
    elif wanted and not dry_run:
        run_pip("install", wanted, names=" ".join(wanted))
        tell("once more, to see how they are now: moe plugins sync")
    elif is_installed and not wanted and not is_json:
        session.screen.line("pip has nothing to install")
    if any(report.differences for report in reports):
        raise click.exceptions.Exit(EXIT_FAILED)


def _list_wanted(reports: Sequence[LockReport]) -> list[str]:
    """What pip can do: other versions of distributions, and missing ones."""
    wanted: dict[str, str] = {}
    for difference in (one for report in reports for one in report.differences):
        is_package = "/" not in difference.plugin and bool(difference.version)
        if difference.kind not in ("missing", "version") or not is_package:
            continue
        if wanted.setdefault(difference.plugin, difference.version) != difference.version:
            versions = f"{wanted[difference.plugin]} and {difference.version}"
            raise RequestError(f"the locks name {difference.plugin} {versions}", hint="make them agree")
    return [f"{name}=={version}" for name, version in sorted(wanted.items())]


def _show_report(session: Session, report: LockReport) -> None:
    if not report.differences:
        session.screen.line(f"{report.file}: {count(report.plugins, 'plugin')}, all as locked")
        return
    session.screen.line(f"{report.file}:")
    for name, differences in groupby(report.differences, key=lambda one: one.plugin):
        for difference in differences:
            session.screen.line(Toned(join_line(name), "strong"), f" {join_line(difference.message)}", indent=2)
            show_definition_changes(session.screen, difference.changes, indent=4)
    tell("to accept them as they are: moe plugins freeze")
