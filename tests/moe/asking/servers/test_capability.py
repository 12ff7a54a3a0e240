"""What a model can do is measured by one short request, and chooses the mode."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from moe.asking.servers.capability import choose_mode, find_mismatch, measure_model
from moe.contracts.capability import Capability
from moe_core.contracts.errors import ModelUnavailableError
from moe_core.contracts.messages import ModelReply, Usage
from moe_core.contracts.mode import Mode
from moe_core.testing.doubles import make_model

RIGHT = {"sentence": "E2", "person": "Ines Varga", "year": "1851", "answer": "Ines Varga had it built in 1851."}
GOOD = Capability(
    tokens_per_second=40, is_valid=True, stops=True, is_right=True, context_tokens=16_384, parameters=7_000_000_000
)


async def measure(answer: Any, *, seconds: float = 5.0) -> Capability:
    model = make_model(lambda request: answer, name="scripted", delay_seconds=0.5 if seconds < 0.5 else 0.0)
    return await measure_model(model(), "small", seconds=seconds)


@pytest.mark.anyio
async def test_a_model_that_understands_is_fit_for_more_than_quotes() -> None:
    found = await measure(RIGHT)
    assert (found.is_valid, found.stops, found.is_right, found.failure) == (True, True, True, "")
    assert found.context_tokens > 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ("I think it was in 1851.", "it wrote no valid JSON"),
        ({**RIGHT, "year": "1999"}, "it wrote no valid JSON"),
        ({**RIGHT, "person": "Odo Pell"}, "it misread three short sentences"),
        ({**RIGHT, "answer": "the tower " * 60}, "its answer did not come to an end"),
        (
            ModelReply(text=json.dumps(RIGHT), finish_reason="length", usage=Usage()),
            "its answer did not come to an end",
        ),
        (ModelUnavailableError("nobody is there"), "nobody is there"),
    ],
)
async def test_a_model_that_does_not_leaves_the_quotes(answer: Any, what: str) -> None:
    choice = choose_mode("small", await measure(answer))
    assert (choice.mode, choice.why) == (Mode.QUOTES, f"small: {what}")


@pytest.mark.anyio
async def test_a_model_that_is_silent_is_not_waited_for() -> None:
    found = await measure(RIGHT, seconds=0.05)
    assert choose_mode("small", found).mode is Mode.QUOTES
    assert "no answer within" in found.failure


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ({}, Mode.FULL),
        ({"parameters": 0}, Mode.FULL),
        ({"parameters": 360_000_000}, Mode.READER),
        ({"tokens_per_second": 4.0}, Mode.READER),
        ({"context_tokens": 2048}, Mode.READER),
        ({"tokens_per_second": 0.5}, Mode.QUOTES),
        ({"context_tokens": 512}, Mode.QUOTES),
        ({"has_chat_template": False}, Mode.QUOTES),
    ],
)
def test_speed_context_and_size_choose_the_mode(changes: dict[str, Any], mode: Mode) -> None:
    assert choose_mode("m", replace(GOOD, **changes)).mode is mode


@pytest.mark.parametrize(
    ("model", "parameters", "is_told"),
    [
        ("mistral-small:22b", 134_515_008, True),
        ("mistral-small:22b", 22_247_282_688, False),
        ("qwen2.5-0.5b-instruct", 494_000_000, False),
        ("smollm2:135m", 134_515_008, False),
        ("gpt-large", 134_515_008, False),
        ("mistral:7b", 0, False),
        ("llama3.2:1b", 70_000_000_000, True),
    ],
)
def test_a_name_that_promises_another_size_is_said_loudly(model: str, parameters: int, is_told: bool) -> None:
    assert (find_mismatch(model, replace(GOOD, parameters=parameters)) is not None) is is_told
