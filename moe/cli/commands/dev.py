"""`moe dev`: what plugins, modelfiles and settings bring, told again as they change."""

import os
import sys
from collections.abc import Callable

import click

from moe.app import App
from moe.cli.options import json_option
from moe.cli.outcome import tell
from moe.cli.problems import tell_problems
from moe.cli.project_watch import follow_changes, tell_reload
from moe.cli.session import Session, pass_session
from moe.reloading import AppReloader
from moe_core.contracts.agent import Role
from moe_core.text.amounts import count


@click.command()
@click.option("--trust", "is_trusted", is_flag=True, help="Take in what changes in the project's folder, unasked.")
@json_option
@pass_session
def dev(session: Session, is_trusted: bool, is_json: bool) -> None:
    """Watch plugins, modelfiles and settings, and show what changes.

    It goes on until interrupted. Something that breaks is told in a line, and what was there before stays until it is
    mended. A changed file of a folder that you trust waits for `moe trust`, or is taken in with --trust.

    \b
    Example:
      moe dev --trust
    """
    reloader = AppReloader(_find_way_in(session, is_trusted=is_trusted))
    left_aside = reloader.app.trust.describe()
    if left_aside:
        tell(left_aside)
    tell_problems(reloader.app.registry.problems)
    if not is_json:
        tell(f"watching {_describe(reloader.app)}; Ctrl-C ends it")
    for found in follow_changes(reloader):
        if not is_json:
            tell_reload(found, session.screen.line)
        elif found.changes or found.faults or found.is_mended:
            session.show_json(found)
        sys.stdout.flush()


def _find_way_in(session: Session, *, is_trusted: bool) -> Callable[[], App]:
    """What opens the project's App, as it is then."""
    folder = session.open_app(session.globals.project).project
    environ = dict(os.environ)
    if is_trusted:
        environ["MOE_TRUST"] = os.pathsep.join([environ.get("MOE_TRUST", ""), str(folder)])
    return lambda: session.open_app(folder, environ=environ)


def _describe(app: App) -> str:
    agents = sum(len(app.registry.agents(role)) for role in Role)
    used = sum(one.is_used for one in app.registry.plugins)
    return f"{app.project}: {count(used, 'plugin')}, {count(agents, 'agent')}, {count(len(app.registry.tools), 'tool')}"
