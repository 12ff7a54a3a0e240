import pytest

from moe_core.contracts.agent import Role

PROVIDER = """
from moe_core import ModelProvider

class P(ModelProvider):
    name = "own"
    async def generate(self, request): ...
    async def generate_structured(self, request, schema): ...
    async def health(self): ...
    async def models(self): ...
"""


@pytest.fixture
def models(tree):
    tree.write("plugins/models/own.py", PROVIDER)
    for role in ("belter", "drummer"):
        tree.write(f"modelfiles/{role}s/analysis.moe", f"FROM mistral:7b\nROLE {role}\nCAPABILITY counting\n")
    return tree


def build(models, **settings):
    return models.build({"models": settings})


def test_an_entry_with_a_type_is_an_agent(models):
    entry = build(
        models,
        your_model={
            "type": "belter",
            "base": "base_model:version",
            "port": 6001,
            "provider": "ollama",
            "capabilities": ["gardens"],
            "parameters": {"temperature": 0.1},
            "system": "Be brief.",
            "description": "Knows gardens.",
        },
    ).belters.get("your_model")
    agent = entry.value
    assert (agent.role, agent.base, agent.capabilities) == (Role.BELTER, "base_model:version", ("gardens",))
    assert (agent.system, agent.parameters) == ("Be brief.", {"temperature": 0.1})
    assert agent.meta == {"provider": "ollama", "base_url": "http://127.0.0.1:6001"}
    assert (entry.full_id, entry.summary) == ("config/models.yaml:your_model", "Knows gardens.")


def test_an_address_wins_over_a_port(models):
    settings = {"type": "drummer", "base": "x:1", "port": 6001, "base_url": "http://gpu:8000"}
    assert build(models, fast=settings).drummers.get("fast").value.meta == {"base_url": "http://gpu:8000"}


def test_an_agent_without_a_base_is_a_problem(models):
    registry = build(models, fast={"type": "drummer"})
    assert "fast" not in registry.drummers
    (problem,) = registry.problems
    assert "base" in problem.hint


def test_an_entry_without_a_type_is_an_alias_and_registers_nothing(models):
    registry = build(models, small={"base": "llama3.2:3b"})
    assert not registry.problems
    assert all("small" not in registry.agents(role) for role in Role)


def test_disabling_removes_agents_of_the_name_or_of_one_role_only(models):
    both = build(models, analysis={"enabled": False})
    assert (both.belters.names(), both.drummers.names()) == ([], [])
    one = build(models, analysis={"type": "drummer", "enabled": False})
    assert (one.belters.names(), one.drummers.names()) == (["analysis"], [])


def test_disabling_removes_a_provider_from_either_file(models):
    assert build(models, own={"enabled": False}).model_providers.names() == []
    disabled = {"providers": {"providers": {"own": {"enabled": False}}}}
    assert models.build(disabled).model_providers.names() == []


def test_an_agent_of_a_taken_name_collides_until_chosen(models):
    settings = {"type": "belter", "base": "x:1"}
    registry = build(models, analysis=settings)
    assert "analysis" not in registry.belters
    assert "analysis" in registry.drummers
    assert registry.problems[0].reason == "collision"
    chosen = build(models, analysis={**settings, "use": "config/models.yaml"})
    assert chosen.belters.get("analysis").value.base == "x:1"
    kept = build(models, analysis={**settings, "use": "project/modelfiles/belters/analysis.moe"})
    assert kept.belters.get("analysis").value.base == "mistral:7b"
    assert not chosen.problems
    assert not kept.problems


def test_use_chooses_between_providers(models):
    models.write("plugins/models/other.py", PROVIDER + "X = 1\n")
    assert "own" not in models.build().model_providers
    registry = build(models, own={"use": "project/plugins/models/other.py"})
    assert registry.model_providers.get("own").source.plugin == "project/plugins/models/other.py"


def test_an_entry_for_nothing_names_the_nearest(models):
    (problem,) = build(models, anlysis={"enabled": False}).problems
    assert "analysis" in problem.hint
    assert problem.plugin == "config/models.yaml: anlysis"


def test_a_url_puts_an_agent_that_is_there_elsewhere(models):
    both = build(models, analysis={"url": "http://host:6001"})
    assert both.belters.get("analysis").value.urls == both.drummers.get("analysis").value.urls == ("http://host:6001",)
    assert both.belters.get("analysis").capabilities == ("counting",)
    several = build(models, analysis={"url": ["http://a:1", "http://b:1"]})
    assert several.belters.get("analysis").value.urls == ("http://a:1", "http://b:1")
    assert build(models).belters.get("analysis").value.urls == ()


def test_a_url_of_nobody_names_near_ones(models):
    [problem] = build(models, analisis={"url": "http://host:6001"}).problems
    assert (problem.reason, problem.hint) == ("name_unknown", "did you mean analysis?")
    assert "there is no agent analisis" in problem.message


def test_an_agent_that_is_declared_may_be_elsewhere_too(models):
    found = build(models, far={"type": "drummer", "base": "m:1", "url": "http://host:6001"})
    assert found.drummers.get("far").value.urls == ("http://host:6001",)


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"small": {"base": "m:1", "provider": "onw"}}, "no provider is named onw", "did you mean own?"),
        ({"far": {"type": "belter", "base": "m:1", "provider": "x"}}, "no provider is named x", "there are own"),
        ({"onw": {"base_url": "http://h:1"}}, "there is no agent or provider onw to configure", "did you mean own?"),
        (
            {"analysis": {"port": 6001, "system": "Be brief."}},
            "port, system of analysis does not count without type and base",
            "give it type and base",
        ),
        ({"own": {"base_url": "http://h:1"}}, "base_url of own does not count here", "config/providers.yaml"),
        (
            {"far": {"type": "belter", "base": "m:1", "parameters": {"temprature": 1, "think": True}}},
            "temprature is no runtime option",
            "did you mean temperature?",
        ),
    ],
)
def test_what_an_entry_names_in_vain_is_told_with_what_is_near(models, settings, message, hint):
    [problem] = build(models, **settings).problems
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    "settings",
    [
        {"small": {"base": "m:1", "provider": "own"}},
        {"small": {"base": "m:1", "provider": "auto"}},
        {"mistral:7b": {"port": 6001}},
        {"far": {"type": "belter", "base": "m:1", "parameters": {"temperature": 1, "think": True}}},
    ],
)
def test_what_counts_is_no_problem(models, settings):
    assert not build(models, **settings).problems
