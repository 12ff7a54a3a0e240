"""What a provider does wrong is a model's error, whichever of its methods did it."""

import asyncio

import pytest

from moe.asking.provider_boundary import contain_provider
from moe.asking.servers.facts import ModelKnowledge
from moe_core.contracts.errors import ModelError, ModelMissingError
from moe_core.testing.doubles import ScriptedModel


class Confused(ScriptedModel):
    """Fails when it is asked what it reads."""

    async def max_context_tokens(self, model: str) -> int:
        return int("many")


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError("deep"), KeyError("x"), OSError("gone")])
def test_a_fault_of_a_provider_becomes_a_model_error_that_names_it(error: Exception) -> None:
    told = f"provider scripted failed: {type(error).__name__}"
    with pytest.raises(ModelError, match=told), contain_provider(ScriptedModel(), "small:1"):
        raise error


@pytest.mark.parametrize("error", [ModelMissingError("none"), TimeoutError(), asyncio.CancelledError()])
def test_errors_of_ours_time_and_cancellation_pass(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, contain_provider(ScriptedModel(), "small:1"):
        raise error
    assert caught.value is error


@pytest.mark.anyio
async def test_a_provider_that_cannot_say_what_it_reads_is_a_model_error() -> None:
    async def hold(ask):
        return await ask()

    with pytest.raises(ModelError, match="ValueError"):
        await ModelKnowledge().find_facts(Confused(), "small:1", hold)
