"""`moe plugins`: what was found, in which state it is, and what it brings."""

import inspect

import click

from moe.cli.commands.plugin_locks import freeze, sync
from moe.cli.commands.plugin_packages import install, uninstall
from moe.cli.commands.plugin_states import disable, doctor, enable, info, refresh, timing, why
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.problems import tell_problems
from moe.cli.remembered.recorder import remembered
from moe.cli.render.plugin_info import describe_plugins, list_brought, name_plugin, tone_state
from moe.cli.render.screen import Table
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json, describe_source
from moe_core.contracts import hookspecs
from moe_core.contracts.agent import Role
from moe_core.contracts.hookspecs import API_VERSION, KIND_BY_HOOK, MODELFILES_HOOK
from moe_core.contracts.plugin import Kind
from moe_core.text.amounts import count

_CHOSEN = ("replaced", "disabled", "untrusted")  # by the user, so nothing is broken


@click.group(cls=NearGroup)
def plugins() -> None:
    """List plugins, and what is wrong with broken ones.

    \b
    Examples:
      moe plugins list
      moe plugins why calculator
      moe plugins doctor
    """


for _command in (info, why, timing, refresh, doctor, enable, disable, install, uninstall, freeze, sync):
    plugins.add_command(_command)


@plugins.command(name="list")
@click.option("--broken", "only_broken", is_flag=True, help="Only those with a problem.")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in (*Kind, *Role)]),
    help="What plugins bring of one kind, in place of plugins.",
)
@json_option
@pass_session
@remembered
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
    infos = [one for one in registry.plugins if not only_broken or (one.problems and one.state not in _CHOSEN)]
    if is_json:
        session.show_json(describe_plugins(infos, registry.problems))
        return
    rows = [(name_plugin(one), tone_state(one), list_brought(one)) for one in infos]
    if rows:
        session.screen.table(Table(columns=("plugin", "state", "brings"), rows=rows))
    elif only_broken:
        session.screen.line(f"none of {count(len(registry.plugins), 'plugin')} has a problem")
    tell_problems(registry.problems)


@plugins.command()
@json_option
@pass_session
@remembered
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
