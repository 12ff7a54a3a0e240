"""`moe models`: which models the agents want, who serves them, and fetching them."""

from collections.abc import Sequence, Set
from difflib import get_close_matches
from functools import partial

import click

from moe.app import App
from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_names, json_option
from moe.cli.outcome import InterruptedRunError, tell
from moe.cli.problems import tell_problems
from moe.cli.progress.steps import describe_pull, make_listener, open_steps
from moe.cli.render.chain import describe_served
from moe.cli.render.screen import Screen, Table, Toned, Words
from moe.cli.session import Session, pass_session
from moe.cli.sources import as_json
from moe.contracts.providers import ProviderStatus
from moe.contracts.serving import AgentServing
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.wire import JsonObject

_MOST_MODELS = 20


@click.group(cls=NearGroup)
def models() -> None:
    """Show the models agents want, and who serves them; fetch models.

    \b
    Examples:
      moe models list
      moe models pull llama3.2:3b
    """


@models.command(name="list")
@json_option
@pass_session
def list_models(session: Session, is_json: bool) -> None:
    """List agents with their models, providers with their health and models, and the entries of models.yaml.

    \b
    Example:
      moe models list
    """
    app = session.app
    agents, statuses = run_async(partial(_look, app))
    configured = [_describe_entry(app, name) for name in app.config.models]
    if is_json:
        providers = [_describe_provider(app, status) for status in statuses]
        session.show_json({"agents": [*map(_describe_agent, agents)], "providers": providers, "configured": configured})
        return
    _show_agents(session.screen, app, agents)
    session.screen.line()
    _show_providers(session.screen, app, statuses)
    _show_models(session.screen, statuses)
    if configured:
        session.screen.line()
        _show_configured(session.screen, configured)
    tell_problems(app.registry.problems)


@models.command()
@click.argument("name")
@json_option
@pass_session
def show(session: Session, name: str, is_json: bool) -> None:
    """Show a model, an alias of models.yaml or a provider, and who uses it.

    \b
    Examples:
      moe models show mistral:7b
      moe models show extractive
    """
    app = session.app
    agents, checked = run_async(partial(_look, app))
    statuses = [status for status in checked if status.name == name]
    owners = [status for status in checked if name in status.models]
    users = [agent for agent in agents if name in _names_of(agent)]
    entry = _describe_entry(app, name) if name in app.config.models else None
    if not statuses and not owners and not users and entry is None:
        known = {*app.config.models, *app.registry.model_providers.names(), *(n for a in agents for n in _names_of(a))}
        known.update(model for status in checked for model in status.models)
        near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
        raise NameUnknownError(
            "model or provider", name, near=near, hint=None if near else "`moe models list` lists all"
        )
    if is_json:
        providers = [_describe_provider(app, status) for status in statuses]
        there = [status.name for status in owners]
        agents_json = [_describe_agent(one) for one in users]
        session.show_json(
            {"name": name, "providers": providers, "configured": entry, "agents": agents_json, "there": there}
        )
        return
    session.screen.line(Toned(name, "strong"))
    if statuses:
        _show_providers(session.screen, app, statuses)
        for status in statuses:
            for model in status.models:
                session.screen.line(Toned("model ", "dim"), model, indent=2)
    for status in owners:
        session.screen.line(Toned("there ", "dim"), f"at {status.name}")
    if entry is not None:
        _show_configured(session.screen, [entry])
    if users:
        _show_agents(session.screen, app, users)
    else:
        session.screen.line(Toned("no agent uses it", "dim"))


@models.command()
@click.argument("name")
@click.option(
    "--provider",
    metavar="NAME",
    default="ollama",
    show_default=True,
    shell_complete=complete_names("model_providers"),
    help="Whose server fetches it.",
)
@json_option
@pass_session
def pull(session: Session, name: str, provider: str, is_json: bool) -> None:
    """Fetch a model, so that agents can use it.

    The provider's server does it, reader fetches from a hub by https; Ctrl-C stops it, and the same command goes on
    where it was.

    \b
    Examples:
      moe models pull llama3.2:3b
      moe models pull --provider reader optimum/roberta-base-squad2
      moe --set providers.providers.ollama.base_url=http://192.168.1.20:11434 models pull qwen3:8b
    """
    app = session.app
    app.registry.model_providers.get(provider)  # before anything is drawn
    try:
        with open_steps("asking", "bytes", is_coloured=session.globals.is_coloured, has_lines=True) as show:
            on_progress = make_listener(show, describe_pull)
            run_async(partial(app.models.pull, name, provider=provider, on_progress=on_progress))
    except (InterruptedRunError, KeyboardInterrupt):
        tell(f"to go on where it was: moe models pull {name}")
        raise
    if is_json:
        session.show_json({"model": name, "provider": provider, "status": "success"})
        return
    session.screen.line(Toned(name, "strong"), f" is there, at {provider}")


async def _look(app: App) -> tuple[tuple[AgentServing, ...], list[ProviderStatus]]:
    """The agents with who serves them, and the providers with how they are."""
    return app.models.list_agents(await app.models.choose()), await app.models.check()


def _describe_agent(one: AgentServing) -> JsonObject:
    return {
        "role": one.agent.role,
        "name": one.agent.name,
        "base": one.agent.base,
        "served": one.served,
        "fallbacks": one.fallbacks,
        "warnings": one.warnings,
        "error": one.error or None,
    }


def _name_server(one: AgentServing, modelless: Set[str]) -> Words:
    """The provider; with the model too when it is not the one the modelfile names."""
    served = one.served
    if served is None:
        return Toned(one.error, "bad")
    if served.provider in modelless:
        return f"{served.provider}, no language model"
    named = describe_served(served, modelless)
    return named.removeprefix(f"{served.model} by ") if served.model == one.agent.base else named


def _names_of(one: AgentServing) -> set[str]:
    served = [item for item in (one.served, *one.fallbacks) if item is not None]
    return {one.agent.base, *(item.model for item in served), *(item.provider for item in served)}


def _describe_provider(app: App, status: ProviderStatus) -> JsonObject:
    entry = next(entry for entry in app.registry.model_providers if entry.name == status.name)
    return {
        "name": status.name,
        "summary": entry.summary,
        "ok": status.health.ok,
        "detail": status.health.detail,
        "models": status.models,
        "address": status.address,
        "seconds": round(status.seconds, 4),
        "needs_evidence": not entry.value.is_language_model,
        "source": as_json(entry.source),
    }


def _describe_entry(app: App, name: str) -> JsonObject:
    return {"name": name, **app.config.models[name].model_dump(mode="json")}


def _show_agents(screen: Screen, app: App, agents: Sequence[AgentServing]) -> None:
    modelless = app.models.list_modelless()
    rows = [
        (
            one.agent.name,
            str(one.agent.role),
            one.agent.base,
            _name_server(one, modelless),
            ", then ".join(describe_served(served, modelless) for served in one.fallbacks),
        )
        for one in agents
    ]
    screen.table(Table(columns=("agent", "role", "base", "served by", "fallbacks"), rows=rows))


def _show_providers(screen: Screen, app: App, statuses: Sequence[ProviderStatus]) -> None:
    rows = []
    if not statuses:
        screen.line(Toned("no model provider is registered", "bad"))
        return
    for status in statuses:
        health = Toned("well", "good") if status.health.ok else Toned("unwell", "bad")
        described = _describe_provider(app, status)
        number = f"{len(status.models)}" if status.models else ""
        rows.append((status.name, health, number, status.health.detail or described["summary"]))
    screen.table(Table(columns=("provider", "health", "models", "about"), rows=rows))


def _show_models(screen: Screen, statuses: Sequence[ProviderStatus]) -> None:
    """What the servers have; a provider without one serves any name."""
    rows = [
        (model, status.name)
        for status in statuses
        for model in (status.models if status.address else ())[:_MOST_MODELS]
    ]
    if rows:
        screen.line()
        screen.table(Table(columns=("model", "there at"), rows=rows))
    for status in statuses:
        more = len(status.models) - _MOST_MODELS
        if status.address and more > 0:
            screen.line(Toned(f"and {more} more: moe models show {status.name}", "dim"))


def _show_configured(screen: Screen, configured: Sequence[JsonObject]) -> None:
    rows = []
    for entry in configured:
        where = entry["base_url"] or (f"port {entry['port']}" if entry["port"] else "")
        words = [entry["provider"] or "", where, "" if entry["enabled"] else "disabled"]
        rows.append((entry["name"], entry["type"] or "alias", entry["base"] or "", ", ".join(filter(None, words))))
    screen.table(Table(columns=("models.yaml", "is", "base", "served"), rows=rows))
