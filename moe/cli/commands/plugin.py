"""`moe plugin`: write a plugin, and look whether it is fit to be given away."""

from pathlib import Path

import click

from moe.authoring.new_plugin import write_plugin
from moe.authoring.templates import TEMPLATES
from moe.authoring.wheel import check_wheel
from moe.cli.exit_codes import EXIT_FAILED
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.session import Session, pass_session
from moe.cli.typed_path import TypedPath
from moe_core.contracts.wire import to_wire
from moe_core.text.amounts import count

_FOLDER = TypedPath(exists=True, file_okay=False, path_type=Path)
_TRY = {
    "tool": 'moe tools run {name} text="the quick brown fox"',
    "persona": "moe personas show {name}",
    "model": "moe plugins list --kind model_provider",
}


@click.group(cls=NearGroup)
def plugin() -> None:
    """Write a plugin of your own, and check it.

    \b
    Examples:
      moe plugin new weather
      moe plugin check moe-plugin-weather
    """


@plugin.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(list(TEMPLATES)), default="tool", show_default=True, help="What it brings.")
@click.option("--in", "below", type=_FOLDER, default=".", help="Folder to make it in.")
@json_option
@pass_session
def new(session: Session, name: str, kind: str, below: Path, is_json: bool) -> None:
    """Write a plugin's three files: pyproject.toml, the module, a test. It works as it stands.

    \b
    Examples:
      moe plugin new weather
      moe plugin new patient --kind scorer
    """
    made = write_plugin(name, kind, below)
    if is_json:
        session.show_json(to_wire(made))
        return
    session.screen.line(f"{made.folder}: {', '.join(made.files)}")
    session.screen.line()
    session.screen.line(f"pip install -e {made.folder}")
    session.screen.line(_TRY.get(kind, "moe plugins list --kind {kind}").format(name=made.name, kind=kind))
    session.screen.line(f"pytest {made.folder}")


@plugin.command()
@click.argument("folder", type=_FOLDER, default=".")
@click.option("--offline", "is_offline", is_flag=True, help="Build with what is installed here; fetch nothing.")
@click.option("--yes", "may_run_code", is_flag=True, help="Build it also where that runs code of FOLDER.")
@json_option
@pass_session
def check(session: Session, folder: Path, is_offline: bool, may_run_code: bool, is_json: bool) -> None:
    """Build a plugin's wheel, and tell what is wrong with it. Nothing of it is imported.

    Where building would run code of FOLDER, as any backend but flit may, it is not built without --yes. Ends with 1 if
    anything is wrong.

    \b
    Example:
      moe plugin check moe-plugin-weather
    """
    report = check_wheel(folder, is_offline=is_offline, may_run_code=may_run_code)
    if is_json:
        session.show_json(to_wire(report))
    else:
        session.screen.line(f"{report.wheel}: {', '.join(report.files)}")
        for fault in report.faults:
            session.screen.line(f"- {fault}")
        if not report.faults:
            session.screen.line(f"nothing is wrong with it; entry points: {', '.join(report.modules)}")
        else:
            session.screen.line(count(len(report.faults), "fault"))
    if report.faults:
        raise click.exceptions.Exit(EXIT_FAILED)
