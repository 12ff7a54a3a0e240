"""What `moe doctor` finds out about model servers, their models, and the agents that want them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moe.app import App
from moe.contracts.capability import MeasuredModel
from moe.contracts.providers import MEASURED_MODELS, NOT_NAMED, ProviderStatus, ServerFacts
from moe.contracts.serving import AgentServing, ServerCheck, ServingReport
from moe.diagnosis.finding import Finding, State
from moe_core.contracts.agent import name_agent
from moe_core.contracts.choice import AUTO, ProviderChoice
from moe_core.contracts.mode import Mode
from moe_core.text.amounts import count, format_seconds
from moe_core.text.lines import join_line

_NO_MODEL_SERVER = (
    "start one: https://ollama.com, then moe models pull llama3.2:3b; or name one in config/providers.yaml"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """Whether one agent can run, and what to do about it."""

    serving: AgentServing
    state: State
    text: str
    remedy: str = ""


def judge_agents(report: ServingReport) -> list[AgentState]:
    """Every agent of a report."""
    return [_judge(one, server, report.choice) for one, server in report.agents]


def find_model_findings(
    app: App, report: ServingReport, agents: Sequence[AgentState], measured: Sequence[MeasuredModel] = ()
) -> Iterator[Finding]:
    """A line for each server, its models, what those can do, each agent."""
    for status in report.statuses:
        yield _find_server(status, report)
    for status in report.statuses:
        if status.health.ok and status.address:
            yield _find_models(status, report.facts.get(status.name, ServerFacts()))
    for model in measured:
        yield from _find_ability(model)
    for one in agents:
        name = name_agent(one.serving.agent.role, one.serving.agent.name)
        yield Finding(topic="agent", state=one.state, name=name, text=one.text, remedy=one.remedy)
    yield find_outlook(app, report.choice, agents)


def _find_ability(one: MeasuredModel) -> Iterator[Finding]:
    if one.mismatch:
        yield Finding(topic="model", state="note", name=one.served.model, text=one.mismatch)
    is_full = one.choice.mode is Mode.FULL
    yield Finding(
        topic="model",
        state="ok" if is_full else "note",
        name=one.served.model,
        text=f"mode {one.choice.mode}: {one.choice.why.removeprefix(f'{one.served.model}: ')}",
        remedy="" if is_full else "take a larger model, or override it: --mode full, or system.mode",
    )


def find_outlook(app: App, choice: ProviderChoice | None, agents: Sequence[AgentState]) -> Finding:
    """What a run would do now."""
    taken = choice.provider if choice is not None else app.config.system.provider
    provider = app.registry.model_providers.find(taken)
    if provider is None:
        text = "none of providers.order is registered" if taken == AUTO else f"no provider is named {taken!r}"
        remedy = "`moe models list` names those that are"
        return Finding(topic="run", state="wrong", name="", text=text, remedy=remedy)
    broken = sum(one.state == "wrong" for one in agents)
    if broken:
        text = f"{broken} of {count(len(agents), 'agent')} would fail, or fall back"
        return Finding(topic="run", state="wrong", name="", text=text, remedy="see the agents above")
    by = f"{AUTO} takes {taken}" if choice is not None else f"{taken} is configured"
    if not provider.value.is_language_model:
        text = f"works without a language model: {by}, which quotes your documents"
        is_wanted = choice is None
        return Finding(
            topic="run",
            state="ok" if is_wanted else "note",
            name="",
            text=text,
            remedy="" if is_wanted else _NO_MODEL_SERVER,
        )
    replaced = sum(one.state == "note" for one in agents)
    text = f"works: {by}" + (f"; {replaced} of {count(len(agents), 'agent')} with another model" * bool(replaced))
    return Finding(topic="run", state="ok", name="", text=text)


def _judge(one: AgentServing, server: ServerCheck | None, choice: ProviderChoice | None) -> AgentState:
    served = one.served
    if served is None or server is None:
        return AgentState(serving=one, state="wrong", text=one.error + (f" ({one.hint})" if one.hint else ""))

    def tell(state: State, text: str, remedy: str = "") -> AgentState:
        return AgentState(serving=one, state=state, text=text, remedy=remedy)

    if not server.is_language_model:
        is_wanted = choice is None or choice.provider != served.provider
        text = f"without a language model, by {served.provider}; wants {served.model}"
        return tell("ok" if is_wanted else "note", text)
    pull = f"moe models pull {served.instead_of or served.model}" if server.can_pull else ""
    where = f" at {served.base_url}" if served.base_url else ""
    then = f"; falls back to {one.fallbacks[0].provider}" if one.fallbacks else ""
    keep = f"roles: {{{one.agent.role}: %s}} in config/system.yaml"
    if not server.status.health.ok:
        return tell("wrong", f"{served.model} by {served.provider}{where}, which is not well{then}", "see its server")
    if served.instead_of:
        text = f"{served.model} by {served.provider}, instead of {served.instead_of}"
        return tell("note", text, pull or f"or keep it: {keep % served.model}")
    if not server.has_model:
        models = server.status.models
        text = f"{served.provider}{where} has no model {served.model}, but {', '.join(models[:3])}{then}"
        return tell("wrong", text, pull or f"name one it has: {keep % models[0]}")
    return tell("ok", f"{served.model} by {served.provider}{where}")


def _find_server(status: ProviderStatus, report: ServingReport) -> Finding:
    what, _, remedy = join_line(status.health.detail).partition("; ")
    if not status.health.ok:
        is_wrong = status.name in report.configured
        return Finding(
            topic="server", state="wrong" if is_wrong else "note", name=status.name, text=what, remedy=remedy
        )
    if not status.address:
        return Finding(topic="server", state="ok", name=status.name, text=join_line(status.health.detail))
    where = "" if status.address in what else f" at {status.address}"
    passed_over = report.choice.passed_over if report.choice is not None else ()
    if any(one.provider == status.name and NOT_NAMED in one.why for one in passed_over):
        remedy = f"so that auto may take it: providers: {{{status.name}: {{}}}} in config/providers.yaml"
        return Finding(topic="server", state="note", name=status.name, text=f"{what}, not named", remedy=remedy)
    if any(one.provider == status.name and one.asks_for for one in passed_over):
        text = f"{what}{where}, which you have not said may read documents and questions"
        remedy = f"moe servers allow {status.address}"
        return Finding(topic="server", state="note", name=status.name, text=text, remedy=remedy)
    facts = report.facts.get(status.name, ServerFacts())
    version = f", version {join_line(facts.version)}" if facts.version else ""
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
