"""`moe plugins`: what was found, what it brings, and what is wrong with it."""

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.problems import tell_problems
from moe.cli.render.screen import Table, Tone, Toned
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json
from moe_core.contracts.plugin import PluginInfo
from moe_core.contracts.wire import JsonObject, to_wire
from moe_core.text.amounts import count

_TONES: dict[str, Tone] = {"loaded": "good", "partly": "warn", "broken": "bad", "disabled": "dim", "replaced": "dim"}


@click.group(cls=NearGroup)
def plugins() -> None:
    """List plugins, and what is wrong with broken ones.

    \b
    Example:
      moe plugins list
    """


@plugins.command(name="list")
@click.option("--broken", "only_broken", is_flag=True, help="Only those with a problem.")
@json_option
@pass_session
def list_plugins(session: Session, only_broken: bool, is_json: bool) -> None:
    """List every plugin: where it comes from, its status and what it brings.

    Problems follow on standard error, one line each with the remedy.

    \b
    Example:
      moe plugins list --broken
    """
    registry = session.app.registry
    infos = [info for info in registry.plugins if info.problems or not only_broken]
    if is_json:
        session.show_json({"plugins": [_describe(info) for info in infos], "problems": to_wire(registry.problems)})
        return
    rows = [(_name_plugin(info), Toned(info.status, _TONES[info.status]), _list_brought(info)) for info in infos]
    if rows:
        session.screen.table(Table(columns=("plugin", "status", "brings"), rows=rows))
    elif only_broken:
        session.screen.line(f"none of {count(len(registry.plugins), 'plugin')} has a problem")
    tell_problems(registry.problems)


def _name_plugin(info: PluginInfo) -> str:
    """The plugin's id, which begins with the door it came through; an installed one shows its version."""
    if info.source.origin != "distribution":
        return info.source.plugin
    return f"{info.source.plugin} {info.source.version} (installed)".replace("  ", " ")


def _list_brought(info: PluginInfo) -> str:
    return "; ".join(f"{kind.replace('_', ' ')} {', '.join(names)}" for kind, names in info.brings.items())


def _describe(info: PluginInfo) -> JsonObject:
    return {
        **as_json(info.source),
        "status": info.status,
        "brings": dict(info.brings),
        "problems": to_wire(info.problems),
        "output": info.output,
    }
