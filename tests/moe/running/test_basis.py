"""What a run rests on, told by digests."""

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.basis import Basis
from moe.running.settings import RunConfig
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.testing.registries import memory_registry

SERVED = Served(provider="extractive", model="extractive")


@pytest.fixture
def environment(tmp_path):
    return App.open(tmp_path).environment


def _assemble(environment, question):
    request = RunRequest(question=question)
    return environment.assemble(request, environment.route(request, has_documents=True))


def test_what_is_read_once_is_told_as_anew(environment):
    chain, other = _assemble(environment, "Who built the mill?"), _assemble(environment, "What is 15% of 80?")
    basis = environment.basis
    first, second = basis.describe(chain), basis.describe(other)
    assert basis.describe(chain) == first == Basis(environment.registry, environment.config).describe(chain)
    assert second == Basis(environment.registry, environment.config).describe(other)


def test_another_setting_is_another_basis(environment):
    chain = _assemble(environment, "Who built the mill?")
    adapted = environment.adapt(RunRequest(question="Who built the mill?", depth="quick"))
    before, now = environment.basis.describe(chain), adapted.basis.describe(chain)
    assert {name for name in before if before[name] != now[name]} == {"settings"}


def test_agents_of_one_name_and_plugin_are_told_apart_by_their_layer():
    roles = (Role.BELTER, Role.DRUMMER)
    registry = memory_registry(agents=[AgentSpec(name="tides", role=role, base="extractive") for role in roles])
    members = [
        Member(name="tides", role=role, full_id=registry.agents(role).get("tides").full_id, served=SERVED)
        for role in roles
    ]
    assert members[0].full_id == members[1].full_id
    chain = Chain(
        camina=None,
        belters=(members[0],),
        drummers=(members[1],),
        observer=None,
        retriever="lexical",
        walkers=(),
        edges=(),
    )
    basis = Basis(registry, RunConfig())
    described = basis.describe(chain)
    assert described["Belter tides"] != described["Drummer tides"]
    assert basis.describe(chain) == described
