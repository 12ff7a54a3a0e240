"""`moe plugins info|why|timing|refresh|doctor|enable|disable`: single plugins, and the states they are in."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from moe.cli.options import json_option
from moe.cli.problems import describe_problem, tell_problems
from moe.cli.remembered.recorder import remembered
from moe.cli.render.plugin_info import (
    describe_plugin,
    describe_plugins,
    list_brought,
    list_settings,
    name_plugin,
    show_settings,
    tone_state,
)
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.plugin import SETTINGS_KEYS, Kind, PluginInfo
from moe_core.text.amounts import count

_PATIENT_SECONDS = 30.0  # somebody waits for exactly this

_name = click.argument("name")
_seconds = click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=_PATIENT_SECONDS,
    show_default=True,
    help="Time for each plugin.",
)


@click.command()
@_name
@json_option
@pass_session
@remembered
def info(session: Session, name: str, is_json: bool) -> None:
    """Show one plugin: its state, what it brings and lets you set, what is wrong with it.

    NAME is its id, or the name of its file.

    \b
    Example:
      moe plugins info moe-plugin-weather
    """
    registry = session.app.registry
    found = find_plugin(registry.plugins, name)
    settable = list_settings((entry for kind in SETTINGS_KEYS for entry in registry.catalog(kind)), found)
    if is_json:
        session.show_json(describe_plugin(found, settable))
        return
    session.screen.line(Toned(name_plugin(found), "strong"), "  ", tone_state(found))
    facts = {
        "brings": list_brought(found),
        "from": found.source.location,
        "import": "" if found.seconds is None else f"{found.seconds * 1000:.0f} ms",
        "printed": found.output.strip(),
    }
    for heading, words in facts.items():
        if words:
            session.screen.line(Toned(f"{heading}: ", "dim"), words, indent=2)
    for entry in settable:
        show_settings(session.screen, entry)
    for problem in found.problems:
        session.screen.line(describe_problem(problem), indent=2)


@click.command()
@_name
@json_option
@pass_session
@remembered
def why(session: Session, name: str, is_json: bool) -> None:
    """Say why a thing or a plugin counts, or why it does not.

    NAME is that of a tool, persona, scorer, ... or of a plugin.

    \b
    Example:
      moe plugins why calculator
    """
    registry = session.app.registry
    lines = []
    for kind in (*Kind, *Role):
        catalog = registry.catalog(kind)
        for entry in catalog:
            if name in (entry.name, entry.full_id):
                reached = catalog.find_name(entry)
                how = "counts" if reached == entry.name else f"is known as {reached} only"
                lines.append(f"{kind.replace('_', ' ')} {entry.name} of {entry.source.plugin} {how}")
        lines += [describe_problem(one) for one in catalog.describe_collisions() if f" {name}" in one.message]
    if not lines:
        found = find_plugin(registry.plugins, name)
        state = "counts" if found.is_used else f"does not count: it is {found.state}"
        lines = [f"{name_plugin(found)} {state}", *map(describe_problem, found.problems)]
    if is_json:
        session.show_json(lines)
        return
    for line in lines:
        session.screen.line(line)


@click.command()
@json_option
@pass_session
@remembered
def timing(session: Session, is_json: bool) -> None:
    """Show how long each plugin took to import when it was last tried, the slowest first.

    \b
    Example:
      moe plugins timing
    """
    timed = [(one.seconds, one) for one in session.app.registry.plugins if one.seconds is not None]
    timed.sort(key=lambda pair: (-pair[0], pair[1].source.plugin))
    if is_json:
        session.show_json({one.source.plugin: seconds for seconds, one in timed})
    elif timed:
        rows = [(name_plugin(one), f"{seconds * 1000:.0f} ms") for seconds, one in timed]
        session.screen.table(Table(columns=("plugin", "import"), rows=rows))
    else:
        session.screen.line("no plugin but moe's own, which are not timed")


@click.command()
@_seconds
@json_option
@pass_session
def refresh(session: Session, seconds: float, is_json: bool) -> None:
    """Try every plugin anew, whatever is known of it.

    \b
    Examples:
      moe plugins refresh
      moe plugins refresh --seconds 60
    """
    registry = session.app.refresh_plugins(seconds=seconds)
    if is_json:
        session.show_json(describe_plugins(registry.plugins, registry.problems))
        return
    used = sum(one.is_used for one in registry.plugins)
    session.screen.line(f"{used} of {count(len(registry.plugins), 'plugin')} can be used")
    tell_problems(registry.problems)


@click.command()
@click.option("--fix", is_flag=True, help="Switch off those that cannot be used.")
@_seconds
@json_option
@pass_session
def doctor(session: Session, fix: bool, seconds: float, is_json: bool) -> None:
    """Try every plugin in a process of its own, and say what to do about those with a fault.

    \b
    Examples:
      moe plugins doctor
      moe plugins doctor --fix
    """
    registry = session.app.refresh_plugins(seconds=seconds)
    tried = [one for one in registry.plugins if one.seconds is not None or one.state in ("failed", "invalid")]
    bad = [one for one in tried if not one.is_used and one.source.origin != "bundled"]
    files = {one.source.plugin: session.app.switch_plugin(one.source.plugin, is_enabled=False) for one in bad if fix}
    if is_json:
        session.show_json(describe_plugins(registry.plugins, registry.problems))
        return
    if tried:
        rows = [(name_plugin(one), tone_state(one), _show_time(one)) for one in tried]
        session.screen.table(Table(columns=("plugin", "state", "import"), rows=rows))
    if not registry.problems:
        session.screen.line(f"{count(len(registry.plugins), 'plugin')}, none with a fault")
    for plugin, file in files.items():
        session.screen.line(f"{plugin} is switched off, in {file}")
    tell_problems(registry.problems)


@click.command()
@_name
@json_option
@pass_session
def enable(session: Session, name: str, is_json: bool) -> None:
    """Let a plugin count again.

    \b
    Example:
      moe plugins enable moe-plugin-weather
    """
    _switch(session, name, is_enabled=True, is_json=is_json)


@click.command()
@_name
@json_option
@pass_session
def disable(session: Session, name: str, is_json: bool) -> None:
    """Leave a plugin aside from now on; it is not imported then.

    Your word is kept in your own config/plugins.yaml.

    \b
    Example:
      moe plugins disable moe-plugin-weather
    """
    _switch(session, name, is_enabled=False, is_json=is_json)


def find_plugin(plugins: Sequence[PluginInfo], name: str) -> PluginInfo:
    """The plugin of that id, or the one whose file or distribution is named so.

    Raises:
        NameUnknownError: There is none.
        RequestError: There are several.
    """
    written = re.sub(r"[-_.]+", "-", name).lower()
    exact = [one for one in plugins if name == one.source.plugin or written == one.source.plugin]
    found = exact or [
        one for one in plugins if name in (Path(one.source.location).stem, Path(one.source.location).name)
    ]
    if not found:
        known = {Path(one.source.plugin).stem: one.source.plugin for one in plugins}
        near = [known[match] for match in get_close_matches(Path(name).stem, known, n=3)]
        raise NameUnknownError("plugin", name, near=near, hint=None if near else "moe plugins list")
    if len(found) > 1:
        ids = ", ".join(one.source.plugin for one in found)
        raise RequestError(f"{name} means {count(len(found), 'plugin')}: {ids}", hint=f"say one of them: {ids}")
    return found[0]


def _show_time(one: PluginInfo) -> str:
    return "" if one.seconds is None else f"{one.seconds * 1000:.0f} ms"


def _switch(session: Session, name: str, *, is_enabled: bool, is_json: bool) -> None:
    plugin = find_plugin(session.app.registry.plugins, name).source.plugin
    file = session.app.switch_plugin(plugin, is_enabled=is_enabled)
    if is_json:
        session.show_json({"plugin": plugin, "enabled": is_enabled, "file": str(file)})
        return
    session.screen.line(f"{plugin} is switched {'on' if is_enabled else 'off'}, in {file}")
