"""What `moe doctor` finds out about model servers, their models, and the agents that want them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import anyio

from moe.app import App
from moe.asking.servers.health import NOT_NAMED, ask_facts, check_servers
from moe.cli.findings.finding import Finding, State
from moe.cli.render.text import join_line
from moe.contracts.providers import ProviderStatus, ServerFacts
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.chain import Served
from moe_core.contracts.choice import ProviderChoice
from moe_core.contracts.errors import MoeError
from moe_core.routing.model_resolution import AUTO, resolve_fallbacks, resolve_model
from moe_core.routing.stand_ins import has_model
from moe_core.text.amounts import count, format_seconds

MEASURED_MODELS = 8

_NO_MODEL_SERVER = (
    "start one: https://ollama.com, then moe models pull llama3.2:3b; or name one in config/providers.yaml"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """Whether one agent can run.

    Attributes:
        served: None when nobody serves it.
        source: "bundled", or the plugin it comes from.
    """

    agent: AgentSpec
    served: Served | None
    source: str
    state: State
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """What was found out.

    Attributes:
        choice: What `auto` means; None when a provider is configured.
        statuses: Of the providers that a run may ask: those of the order, the configured ones, the agents' own.
        facts: Of the well servers, by provider.
        agents: All that are registered.
        configured: Names of those that somebody counts on.
    """

    choice: ProviderChoice | None
    statuses: Sequence[ProviderStatus]
    facts: Mapping[str, ServerFacts]
    agents: Sequence[AgentState]
    configured: frozenset[str]


async def examine_models(app: App) -> ModelReport:
    """Ask the servers, and compare what they have with what the agents want."""
    choice = await app.choose()
    resolved = [(entry, *_resolve(app, entry.value, choice)) for role in Role for entry in app.registry.agents(role)]
    system = app.config.system.provider
    served_by = {served.provider for _, served, _ in resolved if served is not None and not served.base_url}
    by_auto = {AUTO} if choice is None else {AUTO, choice.provider}
    configured = {*app.config.providers.providers, *(({system} | served_by) - by_auto)}
    used = configured | served_by | (set(app.config.providers.order) if system == AUTO else set())
    statuses = await app.check_providers(used)
    facts = await _ask_all_facts(app, statuses)
    own = await check_servers((served for _, served, _ in resolved if served is not None), app.registry, app.config)
    by_name = {status.name: status for status in statuses}
    agents = []
    for entry, served, problem in resolved:
        source = "bundled" if entry.source.origin == "bundled" else entry.source.plugin
        if served is None:
            state = AgentState(agent=entry.value, served=None, source=source, state="wrong", text=problem)
        else:
            status = own[served.provider, served.base_url] if served.base_url else by_name[served.provider]
            state = _judge(app, entry.value, served, status, choice, source)
        agents.append(state)
    return ModelReport(
        choice=choice,
        statuses=statuses,
        facts=facts,
        agents=agents,
        configured=frozenset(configured),
    )


def find_model_findings(app: App, report: ModelReport) -> Iterator[Finding]:
    """A line for each server, its models, each agent."""
    for status in report.statuses:
        yield _find_server(status, report)
    for status in report.statuses:
        if status.health.ok and status.address:
            yield _find_models(status, report.facts.get(status.name, ServerFacts()))
    for one in report.agents:
        yield Finding(
            topic="agent", state=one.state, name=f"{one.agent.role} {one.agent.name}", text=one.text, remedy=one.remedy
        )
    yield find_outlook(app, report)


def find_outlook(app: App, report: ModelReport) -> Finding:
    """What a run would do now."""
    taken = report.choice.provider if report.choice is not None else app.config.system.provider
    provider = app.registry.model_providers.find(taken)
    if provider is None:
        text = "none of providers.order is registered" if taken == AUTO else f"no provider is named {taken!r}"
        remedy = "`moe models list` names those that are"
        return Finding(topic="run", state="wrong", name="", text=text, remedy=remedy)
    broken = sum(one.state == "wrong" for one in report.agents)
    if broken:
        text = f"{broken} of {count(len(report.agents), 'agent')} would fail, or fall back"
        return Finding(topic="run", state="wrong", name="", text=text, remedy="see the agents above")
    by = f"{AUTO} takes {taken}" if report.choice is not None else f"{taken} is configured"
    if not provider.value.is_language_model:
        text = f"works without a language model: {by}, which quotes your documents"
        is_wanted = report.choice is None
        return Finding(
            topic="run",
            state="ok" if is_wanted else "note",
            name="",
            text=text,
            remedy="" if is_wanted else _NO_MODEL_SERVER,
        )
    replaced = sum(one.state == "note" for one in report.agents)
    text = f"works: {by}" + (
        f"; {replaced} of {count(len(report.agents), 'agent')} with another model" * bool(replaced)
    )
    return Finding(topic="run", state="ok", name="", text=text)


def _resolve(app: App, agent: AgentSpec, choice: ProviderChoice | None) -> tuple[Served | None, str]:
    try:
        return resolve_model(agent, app.config, app.registry, choice), ""
    except MoeError as error:
        return None, error.message + (f" ({error.hint})" if error.hint else "")


def _judge(
    app: App, agent: AgentSpec, served: Served, status: ProviderStatus, choice: ProviderChoice | None, source: str
) -> AgentState:
    provider = app.registry.model_providers.get(served.provider).value

    def tell(state: State, text: str, remedy: str = "") -> AgentState:
        return AgentState(agent=agent, served=served, source=source, state=state, text=text, remedy=remedy)

    pull = f"moe models pull {served.instead_of or served.model}" if provider.can_pull and not served.base_url else ""
    where = f" at {served.base_url}" if served.base_url else ""
    if not provider.is_language_model:
        is_wanted = choice is None or choice.provider != served.provider
        return tell(
            "ok" if is_wanted else "note", f"without a language model, by {served.provider}; wants {served.model}"
        )
    fallbacks, _ = resolve_fallbacks(agent, served, app.config, app.registry, choice)
    then = f"; falls back to {fallbacks[0].provider}" if fallbacks else ""
    if not status.health.ok:
        return tell("wrong", f"{served.model} by {served.provider}{where}, which is not well{then}", "see its server")
    if served.instead_of:
        text = f"{served.model} by {served.provider}, instead of {served.instead_of}"
        return tell("note", text, pull or f"or keep it: roles: {{{agent.role}: {served.model}}} in config/system.yaml")
    if status.models and not provider.serves_any_model and not has_model(served.model, status.models):
        has = ", ".join(status.models[:3])
        remedy = pull or f"name one it has: roles: {{{agent.role}: {status.models[0]}}} in config/system.yaml"
        return tell("wrong", f"{served.provider}{where} has no model {served.model}, but {has}{then}", remedy)
    return tell("ok", f"{served.model} by {served.provider}{where}")


def _find_server(status: ProviderStatus, report: ModelReport) -> Finding:
    what, _, remedy = join_line(status.health.detail).partition("; ")
    if not status.health.ok:
        is_wrong = status.name in report.configured
        return Finding(
            topic="server", state="wrong" if is_wrong else "note", name=status.name, text=what, remedy=remedy
        )
    if not status.address:
        return Finding(topic="server", state="ok", name=status.name, text=join_line(status.health.detail))
    passed_over = report.choice.passed_over if report.choice is not None else ()
    if any(one.provider == status.name and NOT_NAMED in one.why for one in passed_over):
        remedy = f"so that auto may take it: providers: {{{status.name}: {{}}}} in config/providers.yaml"
        return Finding(topic="server", state="note", name=status.name, text=f"{what}, not named", remedy=remedy)
    facts = report.facts.get(status.name, ServerFacts())
    version = f", version {join_line(facts.version)}" if facts.version else ""
    where = "" if status.address in what else f" at {status.address}"
    text = f"{what}{where}{version}, answered in {format_seconds(status.seconds)}"
    return Finding(topic="server", state="ok", name=status.name, text=text)


def _find_models(status: ProviderStatus, facts: ServerFacts) -> Finding:
    named = [
        f"{model} (reads {facts.context_tokens[model]:,} tokens)" if model in facts.context_tokens else model
        for model in status.models[:MEASURED_MODELS]
    ]
    more = len(status.models) - MEASURED_MODELS
    text = f"{count(len(status.models), 'model')}: {', '.join(named)}" + (f" and {more} more" if more > 0 else "")
    return Finding(topic="models", state="ok", name=status.name, text=text)


async def _ask_all_facts(app: App, statuses: Sequence[ProviderStatus]) -> dict[str, ServerFacts]:
    found: dict[str, ServerFacts] = {}

    async def ask(status: ProviderStatus) -> None:
        entry = app.registry.model_providers.get(status.name)
        found[status.name] = await ask_facts(entry, status.models[:MEASURED_MODELS], app.registry, app.config)

    async with anyio.create_task_group() as group:
        for status in statuses:
            if status.health.ok and status.address:
                group.start_soon(ask, status)
    return found
