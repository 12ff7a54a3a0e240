"""Models are measured once for each server; those without a server are not."""

import pytest

from moe.asking.servers.capability_store import CapabilityStore
from moe.asking.servers.measuring import measure_models
from moe.asking.settings import AskingConfig
from moe_core.contracts.chain import Served
from moe_core.contracts.model import Endpoint
from moe_core.testing.doubles import make_model
from moe_core.testing.registries import memory_registry


@pytest.mark.anyio
async def test_a_model_on_a_server_is_measured_once_and_anew_when_that_is_wanted() -> None:
    asked: list[str] = []

    def answer(request: object) -> str:
        asked.append("")
        return "no JSON"

    model = make_model(answer, name="scripted")
    model.endpoint = lambda self: Endpoint(address="http://127.0.0.1:9/v1", is_local=True)
    plain = make_model(answer, name="plain")
    registry, store = memory_registry(model_providers=[model, plain]), CapabilityStore()
    served = [Served(provider="scripted", model="small"), Served(provider="plain", model="small")]
    for _ in range(2):
        found = await measure_models(served, registry, AskingConfig(), store)
        assert list(found) == served[:1]
        assert not found[served[0]].is_valid
    assert len(asked) == 1
    await measure_models(served, registry, AskingConfig(), store, is_fresh=True)
    assert len(asked) == 2
