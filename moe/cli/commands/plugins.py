"""`moe plugins`: what was found, what it brings, and what is wrong with it."""

import inspect

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.problems import tell_problems
from moe.cli.render.screen import Table, Tone, Toned
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json, describe_source
from moe_core.contracts import hookspecs
from moe_core.contracts.agent import Role
from moe_core.contracts.hookspecs import API_VERSION, KIND_BY_HOOK, MODELFILES_HOOK
from moe_core.contracts.plugin import Kind, PluginInfo
from moe_core.contracts.wire import JsonObject, to_wire
from moe_core.text.amounts import count

_TONES: dict[str, Tone] = {"indexed": "good", "active": "good", "disabled": "dim", "replaced": "dim"}


@click.group(cls=NearGroup)
def plugins() -> None:
    """List plugins, and what is wrong with broken ones.

    \b
    Example:
      moe plugins list
    """


@plugins.command(name="list")
@click.option("--broken", "only_broken", is_flag=True, help="Only those with a problem.")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in (*Kind, *Role)]),
    help="What plugins bring of one kind, in place of plugins.",
)
@json_option
@pass_session
def list_plugins(session: Session, only_broken: bool, kind: str | None, is_json: bool) -> None:
    """List every plugin: where it comes from, its status and what it brings.

    Problems follow on standard error, one line each with the remedy.

    \b
    Examples:
      moe plugins list --broken
      moe plugins list --kind loader
    """
    registry = session.app.registry
    if kind is not None:
        _list_kind(session, Kind(kind) if kind in [*Kind] else Role(kind), is_json=is_json)
        return
    infos = [info for info in registry.plugins if info.problems or not only_broken]
    if is_json:
        session.show_json({"plugins": [_describe(info) for info in infos], "problems": to_wire(registry.problems)})
        return
    rows = [(_name_plugin(info), _tone(info), _list_brought(info)) for info in infos]
    if rows:
        session.screen.table(Table(columns=("plugin", "state", "brings"), rows=rows))
    elif only_broken:
        session.screen.line(f"none of {count(len(registry.plugins), 'plugin')} has a problem")
    tell_problems(registry.problems)


@plugins.command()
@json_option
@pass_session
def hooks(session: Session, is_json: bool) -> None:
    """List the hooks that a plugin can implement, and what stands behind each now.

    \b
    Example:
      moe plugins hooks
    """
    registry = session.app.registry
    brought = {hook: registry.catalog(kind).names() for hook, kind in KIND_BY_HOOK.items()}
    brought[MODELFILES_HOOK] = [f"{role} {name}" for role in Role for name in registry.agents(role).names()]
    if is_json:
        session.show_json(brought)
        return
    rows = [(hook, _summarise(hook), ", ".join(names)) for hook, names in brought.items()]
    session.screen.table(Table(columns=("hook", "returns", "there are"), rows=rows))
    session.screen.line()
    session.screen.line(f"plugin API {API_VERSION}; moe plugins list --kind KIND says more of each")


def _summarise(hook: str) -> str:
    return inspect.getdoc(getattr(hookspecs, hook)).partition("\n")[0].rstrip(".")  # type: ignore[union-attr]


def _list_kind(session: Session, kind: Kind | Role, *, is_json: bool) -> None:
    catalog = session.app.registry.catalog(kind)
    entries = sorted(catalog, key=lambda entry: (entry.name, entry.full_id))
    if is_json:
        told = [{"name": entry.name, "full_id": entry.full_id, "summary": entry.summary} for entry in entries]
        session.show_json([{**one, "source": as_json(entry.source)} for one, entry in zip(told, entries, strict=True)])
        return
    rows = [(catalog.find_name(entry), entry.summary, describe_source(entry)) for entry in entries]
    if rows:
        session.screen.table(Table(columns=(kind.replace("_", " "), "what it does", "source"), rows=rows))
    else:
        session.screen.line(f"no plugin brings a {kind.replace('_', ' ')}")
    tell_problems(catalog.describe_collisions())


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
        "state": info.state,
        "brings": dict(info.brings),
        "problems": to_wire(info.problems),
        "output": info.output,
    }


def _tone(info: PluginInfo) -> Toned:
    """Its state, in a warning's colour where it is used although something is wrong."""
    return Toned(info.state, "warn" if info.is_used and info.problems else _TONES.get(info.state, "bad"))
