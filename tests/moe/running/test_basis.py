"""What a run rests on, told by digests."""

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.basis import Basis


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
