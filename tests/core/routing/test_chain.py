"""Chains: who takes part, in which order, and what is said when a name is missing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.contracts.agent import AgentSpec, Fallback, Role, ToolUse
from moe_core.contracts.chain import Chain
from moe_core.contracts.choice import PassedOver, ProviderChoice
from moe_core.contracts.errors import ConfigError, NameTakenError, NameUnknownError, RequestError
from moe_core.contracts.evidence import Hit, Passage
from moe_core.contracts.plugin import Kind, PluginSource
from moe_core.contracts.retriever import Retriever, SearchIndex
from moe_core.contracts.route import Route
from moe_core.contracts.wire import from_wire, to_wire
from moe_core.loading.assembly import make_registry
from moe_core.loading.plugins.offers import make_agent_entry, make_entry
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig
from moe_core.routing.chain import assemble_chain
from moe_core.testing.doubles import make_model, make_tool
from moe_core.testing.registries import memory_registry

CONFIG = KernelConfig.model_validate({"providers": {"order": ["scripted"]}, "system": {"walkers": []}})


class Lexical(Retriever):
    """Finds nothing."""

    name = "lexical"

    def build(self, passages: Sequence[Passage]) -> SearchIndex:
        return self

    def search(self, query: str, *, k: int) -> list[Hit]:
        return []


def make_agent(role: Role, name: str, **more: object) -> AgentSpec:
    return AgentSpec(role=role, name=name, base="mistral:7b", **more)  # type: ignore[arg-type]


def make_route(*belters: str) -> Route:
    return Route(route=belters[0] if belters else "general", belters=belters, scores={}, runner_up="", why="test")


def registry_of(*agents: AgentSpec) -> Registry:
    return memory_registry(
        agents=agents,
        tools=[make_tool("search"), make_tool("sums")],
        model_providers=[make_model(), make_model(name="spare")],
        retrievers=[Lexical],
    )


CAMINA = make_agent(Role.CAMINA, "camina")
OBSERVER = make_agent(Role.OBSERVER, "observer")
RESEARCH = make_agent(Role.BELTER, "research", tools=(ToolUse(name="search"),))
ANALYSIS = make_agent(Role.BELTER, "analysis", tools=(ToolUse(name="sums"),))
SEARCH = make_agent(Role.DRUMMER, "search", tools=(ToolUse(name="search"),))
API = make_agent(Role.DRUMMER, "api")
EVERYONE = (CAMINA, OBSERVER, RESEARCH, ANALYSIS, SEARCH, API)


def names(chain: Chain) -> list[str]:
    return [member.node for member in chain.members()]


def test_a_full_chain_goes_from_camina_over_the_routes_belters_to_all_drummers() -> None:
    chain = assemble_chain(make_route("research", "analysis"), registry_of(*EVERYONE), CONFIG)
    assert names(chain) == ["camina:camina", "belter:research", "belter:analysis", "drummer:api", "drummer:search"]
    assert chain.top().name == "camina"
    assert chain.observer is not None
    assert all(chain.observer.node not in edge for edge in chain.edges)
    assert ("belter:analysis", "drummer:search") in chain.edges
    assert ("camina:camina", "belter:research") in chain.edges
    assert chain.belters[0].tools == ("search",)
    assert (chain.retriever, chain.warnings) == ("lexical", ())


def test_a_plain_question_is_camina_alone() -> None:
    chain = assemble_chain(make_route(), registry_of(*EVERYONE), CONFIG)
    assert names(chain) == ["camina:camina"]
    assert chain.edges == ()


def test_a_belter_at_the_top_leaves_camina_out() -> None:
    chain = assemble_chain(make_route("research"), registry_of(*EVERYONE), CONFIG, top=Role.BELTER, drummer="api")
    assert names(chain) == ["belter:research", "drummer:api"]
    assert chain.camina is None


def test_a_drummer_at_the_top_works_alone() -> None:
    chain = assemble_chain(make_route("research"), registry_of(*EVERYONE), CONFIG, top=Role.DRUMMER)
    assert names(chain) == ["drummer:api"]


def test_the_camina_named_like_its_layer_comes_before_others() -> None:
    chain = assemble_chain(make_route(), registry_of(make_agent(Role.CAMINA, "abel"), CAMINA), CONFIG)
    assert chain.top().name == "camina"


@given(
    belters=st.lists(st.sampled_from(["research", "analysis"]), unique=True),
    drummers=st.lists(st.sampled_from([SEARCH, API]), unique_by=lambda agent: agent.name),
    observed=st.booleans(),
)
def test_every_chain_is_acyclic_and_its_members_are_in_topological_order(
    belters: list[str], drummers: list[AgentSpec], observed: bool
) -> None:
    agents = [CAMINA, RESEARCH, ANALYSIS, *drummers, *([OBSERVER] if observed else [])]
    chain = assemble_chain(make_route(*belters), registry_of(*agents), CONFIG)
    order = {node: place for place, node in enumerate(names(chain))}
    assert {node for edge in chain.edges for node in edge} <= set(order)
    assert all(order[above] < order[below] for above, below in chain.edges)
    assert (chain.observer is not None) == observed
    if belters:
        assert {below for _, below in chain.edges} == set(order) - {"camina:camina"}


@given(order=st.permutations(EVERYONE))
def test_the_order_of_registration_does_not_matter(order: list[AgentSpec]) -> None:
    route = make_route("analysis", "research")
    assert assemble_chain(route, registry_of(*order), CONFIG) == assemble_chain(route, registry_of(*EVERYONE), CONFIG)


def test_an_unknown_belter_names_the_nearest() -> None:
    with pytest.raises(NameUnknownError) as caught:
        assemble_chain(make_route("reserch"), registry_of(*EVERYONE), CONFIG)
    assert caught.value.hint == "did you mean 'research'?"


def test_an_unknown_drummer_names_the_nearest() -> None:
    with pytest.raises(NameUnknownError) as caught:
        assemble_chain(make_route("research"), registry_of(*EVERYONE), CONFIG, drummer="serch")
    assert caught.value.near == ("search",)


def test_who_is_asked_alone_needs_all_of_its_tools() -> None:
    wrong = make_agent(Role.DRUMMER, "reckoner", tools=(ToolUse(name="sum"),))
    with pytest.raises(NameUnknownError) as caught:
        assemble_chain(make_route(), registry_of(CAMINA, wrong), CONFIG, top=Role.DRUMMER, drummer="reckoner")
    assert str(caught.value) == "drummer reckoner: no tool is named 'sum'"
    assert "sums" in str(caught.value.hint)


@pytest.mark.parametrize("role", [Role.CAMINA, Role.BELTER, Role.DRUMMER, Role.OBSERVER])
def test_a_missing_tool_is_missing_only_where_it_is_needed(role: Role) -> None:
    wrong = make_agent(role, "property", tools=(ToolUse(name="sum"), ToolUse(name="search")))
    others = [agent for agent in (CAMINA, SEARCH) if agent.role is not role]
    route = make_route(*(["property"] if role is Role.BELTER else ["research"]))
    chain = assemble_chain(route, registry_of(*others, RESEARCH, wrong), CONFIG)
    everyone = [*chain.members(), *([chain.observer] if chain.observer else [])]
    assert [member.tools for member in everyone if member.name == "property"] == [("search",)]
    told = [warning.partition(";")[0] for warning in chain.warnings]
    assert told == [f"{role} property works without a tool: no tool is named 'sum'"]


def test_a_tool_that_is_switched_off_is_left_out_without_a_word() -> None:
    config = KernelConfig.model_validate({**CONFIG.model_dump(by_alias=True), "tools": {"sum": {"enabled": False}}})
    drummer = make_agent(Role.DRUMMER, "reckoner", tools=(ToolUse(name="sum"), ToolUse(name="search")))
    chain = assemble_chain(make_route("research"), registry_of(CAMINA, RESEARCH, drummer), config)
    assert (chain.drummers[0].tools, chain.warnings) == (("search",), ())


def test_a_drummer_that_cannot_work_is_left_out_with_a_warning() -> None:
    entries = [make_agent_entry(API, PluginSource(plugin=plugin, origin="code")) for plugin in ("one", "two")]
    unserved = make_agent(Role.DRUMMER, "lonely", meta={"provider": "scriptd"})
    base = registry_of(CAMINA, RESEARCH, SEARCH, unserved)
    everything = [*base.caminas, *base.belters, *base.drummers, *base.model_providers, *base.retrievers, *base.tools]
    chain = assemble_chain(make_route("research"), make_registry([*everything, *entries]), CONFIG)
    assert [member.name for member in chain.drummers] == ["search"]
    told = [warning.partition(":")[0] for warning in chain.warnings]
    assert told == ["drummer api is left out", "drummer lonely is left out"]


def test_a_tool_that_only_its_full_id_reaches_keeps_it() -> None:
    sources = [PluginSource(plugin="bundled/sums.py", origin="bundled"), PluginSource(plugin="other", origin="code")]
    sums = [make_entry(Kind.TOOL, make_tool("sums"), source) for source in sources]
    drummer = make_agent(Role.DRUMMER, "reckoner", tools=(ToolUse(name="sums"), ToolUse(name="other:sums")))
    base = registry_of(CAMINA, drummer)
    registry = make_registry([*base.drummers, *base.model_providers, *base.retrievers, *sums])
    chain = assemble_chain(make_route(), registry, CONFIG, top=Role.DRUMMER)
    assert chain.drummers[0].tools == ("sums", "other:sums")


def test_a_missing_provider_names_the_agent_and_the_nearest_provider() -> None:
    wrong = make_agent(Role.BELTER, "property", meta={"provider": "scriptd"})
    with pytest.raises(NameUnknownError) as caught:
        assemble_chain(make_route("property"), registry_of(CAMINA, wrong), CONFIG)
    assert caught.value.message.startswith("belter property: ")
    assert caught.value.near == ("scripted",)


def test_a_missing_retriever_names_the_nearest() -> None:
    config = CONFIG.model_copy(update={"system": CONFIG.system.model_copy(update={"retriever": "lexicl"})})
    with pytest.raises(NameUnknownError) as caught:
        assemble_chain(make_route(), registry_of(CAMINA), config)
    assert caught.value.near == ("lexical",)


def test_without_any_provider_of_the_order_the_remedy_lists_what_is_there() -> None:
    with pytest.raises(ConfigError) as caught:
        assemble_chain(make_route(), registry_of(CAMINA), KernelConfig.model_validate({"system": {"walkers": []}}))
    assert "scripted" in str(caught.value.hint)


@pytest.mark.parametrize("top", [Role.CAMINA, Role.DRUMMER])
def test_a_layer_without_agents_is_an_error_that_says_how_to_add_one(top: Role) -> None:
    with pytest.raises(RequestError) as caught:
        assemble_chain(make_route(), registry_of(), CONFIG, top=top)
    assert caught.value.hint == f"add a modelfile with ROLE {top}"


def test_a_name_that_two_plugins_bring_is_not_resolved() -> None:
    entries = [make_agent_entry(RESEARCH, PluginSource(plugin=plugin, origin="code")) for plugin in ("one", "two")]
    base = registry_of(CAMINA)
    clash = make_registry([*base.caminas, *base.model_providers, *base.retrievers, *base.tools, *entries])
    with pytest.raises(NameTakenError) as caught:
        assemble_chain(make_route("research"), clash, CONFIG)
    assert set(caught.value.owners) == {"one:research", "two:research"}
    chosen = assemble_chain(make_route("two:research"), clash, CONFIG)
    assert chosen.belters[0].full_id == "two:research"


def test_fallbacks_are_attached_in_order_and_missing_ones_are_warnings() -> None:
    fallbacks = (Fallback(provider="spare"), Fallback(provider="scriptedd"), Fallback(model="small:1b"))
    agent = make_agent(Role.CAMINA, "camina", fallbacks=fallbacks)
    chain = assemble_chain(make_route(), registry_of(agent), CONFIG)
    served = [(one.provider, one.model) for one in chain.top().served_by()]
    assert served == [("scripted", "mistral:7b"), ("spare", "mistral:7b"), ("scripted", "small:1b")]
    assert len(chain.warnings) == 1
    assert "'scriptedd' is not registered (did you mean 'scripted'" in chain.warnings[0]


def test_a_choice_serves_the_chain_and_says_who_was_counted_on_and_what_is_missing() -> None:
    choice = ProviderChoice(
        provider="spare",
        missing=("mistral:7b",),
        passed_over=(
            PassedOver(provider="scripted", why="it cannot be reached", is_named=True),
            PassedOver(provider="other", why="it cannot be reached"),
        ),
    )
    chain = assemble_chain(make_route(), registry_of(CAMINA), CONFIG, choice=choice)
    assert chain.choice == choice
    assert chain.top().served.provider == "spare"
    assert chain.warnings == (
        "scripted is passed over: it cannot be reached",
        "camina: spare has no model 'mistral:7b'",
    )
    assert from_wire(Chain, to_wire(chain)) == chain
