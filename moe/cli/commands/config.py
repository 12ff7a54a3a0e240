"""`moe config`: the settings, and where each comes from."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import click

from moe.app import App
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.outcome import fail
from moe.cli.remembered.recorder import remembered_settings
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe.diagnosis.settings import iterate_settings
from moe_core.contracts.errors import ConfigError, NameUnknownError
from moe_core.text.amounts import count


@click.group(cls=NearGroup)
def config() -> None:
    """Show the settings, and where each comes from.

    \b
    Example:
      moe config show system
    """


@config.command()
@click.argument("key", required=False)
@json_option
@pass_session
@remembered_settings
def show(session: Session, key: str | None, is_json: bool) -> None:
    """Show each setting with who set it.

    KEY is a setting (system.provider) or a section (system, tools.news). A file in which something is wrong is left
    out, and told.

    \b
    Examples:
      moe config show
      moe config show system.deadline_seconds
    """
    app, broken = _open(session)
    _show(session, app, key, is_json=is_json)
    _raise(broken)


def _show(session: Session, app: App, key: str | None, *, is_json: bool) -> None:
    loaded = app.loaded_config
    found = list(iterate_settings(app))
    if key is not None:
        found = _pick(found, key)
    if is_json:
        session.show_json(
            {
                name: {"value": value, "layer": loaded.get_origin(name).layer, "place": loaded.get_origin(name).place}
                for name, value in found
            }
        )
        return
    if len(found) == 1 and isinstance(found[0][1], str) and "\n" in found[0][1]:
        session.screen.line(found[0][1].rstrip())
        return
    rows = [(name, show_value(value), Toned(str(loaded.get_origin(name)), "dim")) for name, value in found]
    session.screen.table(Table(columns=("setting", "value", "from"), rows=rows))


@config.command()
@json_option
@pass_session
def path(session: Session, is_json: bool) -> None:
    """Show the folders and files that settings, plugins and the record of runs come from.

    A file in which something is wrong is left out, and told.

    \b
    Example:
      moe config path
    """
    app, broken = _open(session)
    _show_places(session, app, is_json=is_json)
    _raise(broken)


def _show_places(session: Session, app: App, *, is_json: bool) -> None:
    places = {
        "project": app.project,
        "workspace": app.workspace.folder,
        "user": app.locations.user,
        "bundled": app.locations.bundled,
    }
    if is_json:
        session.show_json(
            {
                **{name: str(place) for name, place in places.items()},
                "extra": [str(place) for place in app.locations.extra],
                "files": [str(file) for file in app.loaded_config.files],
            }
        )
        return
    rows = [(name, str(place), "" if place.exists() else "not there yet") for name, place in places.items()]
    rows += [("MOE_PLUGIN_PATH", str(place), "" if place.exists() else "not there") for place in app.locations.extra]
    session.screen.table(Table(columns=("place", "path", ""), rows=rows))
    session.screen.line()
    session.screen.line(Toned("configuration files read, lowest layer first", "strong"))
    for file in app.loaded_config.files:
        session.screen.line(str(file), indent=2)


def _open(session: Session) -> tuple[App, list[ConfigError]]:
    """The App without the configuration files in which something is wrong, and what that is."""
    try:
        return session.app, []
    except ConfigError:
        broken: list[ConfigError] = []
        return session.open_app(session.globals.project, on_broken=broken.append), broken


def _raise(broken: Sequence[ConfigError]) -> None:
    """End with what is wrong, once the rest is shown.

    Raises:
        ConfigError: The last of them; those before are told.
    """
    for error in broken[:-1]:
        fail(error.message, error.hint, error.exit_code)
    if broken:
        raise broken[-1]


def show_value(value: Any) -> str:
    """A value as YAML would hold it on one line."""
    if isinstance(value, str) and "\n" in value:
        return f"({count(len(value.splitlines()), 'line')})"
    if isinstance(value, str):
        return value if value.strip() == value and value else f'"{value}"'
    return json.dumps(value, ensure_ascii=False)


def _pick(found: list[tuple[str, Any]], key: str) -> list[tuple[str, Any]]:
    picked = [(name, value) for name, value in found if name == key or name.startswith(f"{key}.")]
    if not picked:
        names = [name for name, _ in found]
        sections = [".".join(name.split(".")[:depth]) for name in names for depth in (1, 2)]
        known = list(dict.fromkeys([*names, *sections]))
        ends = [name for name in names if name.endswith(f".{key}")]
        near = dict.fromkeys([*ends, *get_close_matches(key, known, n=3, cutoff=0.6)])
        raise NameUnknownError(
            "setting", key, near=list(near)[:3], hint=None if near else "`moe config show` lists all"
        )
    return picked
