"""The fault matrix: every fault of a model server, at every place of the chain, in whole runs.

docs/reference/faults.md is the table of what is expected here. Through `openai` all combinations are run; through
`ollama` each fault at one place, with a fallback or without, in turn: of the others the provider's own tests see to it
that the same errors come out.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fault_policy import CALLS, PLACES, POLICIES, Ending
from faults import FAULTS
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
LAYERS = ("camina", "belter", "drummer")
DOCS = Path(__file__).parents[2] / "docs"
BY_TURNS = [
    (fault, PLACES[number % len(PLACES)], (number + number // len(PLACES)) % 2 == 0)
    for number, fault in enumerate(POLICIES)
]
# Ollama takes no parameters by OpenAI's names, so there is none to leave out.
UNLIKE = {"parameter_refused": Ending(error="model_refused", requests=1)}


def test_every_fault_is_in_the_matrix() -> None:
    assert set(POLICIES) == set(FAULTS)


def test_the_table_in_the_documentation_is_what_is_tested_here() -> None:
    path = DOCS / "build_fault_table.py"
    spec = importlib.util.spec_from_file_location("build_fault_table", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "reference" / "faults.md").read_text(encoding="utf-8") == module.build_page(), (
        "run: python docs/build_fault_table.py"
    )


async def test_a_chain_without_a_fault_asks_each_layer_as_often_as_the_table_says_and_is_not_degraded(
    chains: Any,
) -> None:
    for place, chain in chains.items():
        chain.plan("cut_short", 1)
        chain.server.forget()
        result = await chain.run()
        assert (result.status, result.degraded) == (Status.DONE, False), place
        asked, others = len(CALLS[place]), sum(len(CALLS[layer]) for layer in LAYERS if layer != chain.layer)
        assert (len(chain.server.questions()), len(chain.well.questions())) == (asked, others), place


@pytest.mark.parametrize("fault", POLICIES)
async def test_a_fault_that_lasts_ends_in_a_degraded_answer_or_one_clear_error(run_everywhere: Any, fault: str) -> None:
    policy = POLICIES[fault]
    assert await run_everywhere(fault) == {place: policy.lasting(place, has_fallback=True) for place in PLACES}


@pytest.mark.parametrize("fault", POLICIES)
async def test_without_a_fallback_a_fault_that_lasts_ends_in_one_clear_error(run_everywhere: Any, fault: str) -> None:
    policy = POLICIES[fault]
    expected = {place: policy.lasting(place, has_fallback=False) for place in PLACES}
    assert await run_everywhere(fault, has_fallback=False) == expected


@pytest.mark.parametrize("fault", POLICIES)
async def test_a_fault_that_passes_leaves_no_trace_in_the_answer(run_everywhere: Any, fault: str) -> None:
    policy = POLICIES[fault]
    assert await run_everywhere(fault, times=1) == {place: policy.once(place) for place in PLACES}


@pytest.mark.parametrize(("fault", "place", "has_fallback"), BY_TURNS)
async def test_by_ollama_a_fault_ends_alike(run_everywhere: Any, fault: str, place: str, has_fallback: bool) -> None:
    expected = UNLIKE.get(fault) or POLICIES[fault].lasting(place, has_fallback=has_fallback)
    ended = await run_everywhere(fault, places=(place,), provider="ollama", has_fallback=has_fallback)
    assert ended == {place: expected}
