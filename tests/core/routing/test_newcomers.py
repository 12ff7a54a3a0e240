"""A Belter whose modelfile is dropped in, with few examples or none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from moe_core.contracts.agent import AgentSpec, Role
from moe_core.loading.modelfile.load import load_agent
from moe_core.loading.settings import KernelConfig
from moe_core.routing.router import SmartRouter
from moe_core.testing.registries import memory_registry

SAILING = {
    "name": "sailing",
    "description": "Plans sailing trips: tides, winds, harbours and moorings",
    "capabilities": ("sailing", "navigation", "tides"),
}
GARDEN = {
    "name": "gardening",
    "description": "Advises on gardening: pruning, compost, seeds and pests",
    "examples": ("when do I prune roses", "what eats my hostas"),
}


@pytest.mark.parametrize(
    ("belter", "request_text"),
    [
        (SAILING, "Plan a sailing trip with safe moorings for three nights"),
        (SAILING, "sailing to texel on saturday, tides?"),
        (SAILING, "Which harbours have moorings and what about the tides?"),
        (GARDEN, "gardening: how do i make compost"),
        (GARDEN, "pruning and compost advice for my garden"),
    ],
)
def test_a_newcomer_wins_when_its_subject_is_named(
    router_with: Callable[..., SmartRouter], belter: dict[str, object], request_text: str
) -> None:
    route = router_with(**belter).route(request_text)
    assert route.route == belter["name"]
    assert route.belters[0] == belter["name"]


@pytest.mark.parametrize(
    "text",
    ["hello there", "what is the capital of Peru?", "tell me a joke", "thanks!", "convert 3 feet to cm", "", "🙂"],
)
def test_a_newcomer_takes_no_plain_question(router_with: Callable[..., SmartRouter], text: str) -> None:
    assert router_with(**SAILING).route(text).route == "general"


@pytest.mark.parametrize("belter", [SAILING, GARDEN], ids=["sailing", "gardening"])
def test_a_newcomer_takes_almost_none_of_the_others_requests(
    router_with: Callable[..., SmartRouter], belter: dict[str, object]
) -> None:
    router = router_with(**belter)
    rows = (Path(__file__).parent / "requests_heldout.jsonl").read_text("utf-8").splitlines()
    taken = [row for row in rows[::2] if router.route(json.loads(row)["request"]).route == belter["name"]]
    assert len(taken) <= 3


def test_a_description_full_of_common_words_takes_nothing(router_with: Callable[..., SmartRouter]) -> None:
    router = router_with(name="helper", description="Helps with what you want to know about the things that you have")
    for text in ("what do you want to know about me", "tell me about the house", "explain how the heart works"):
        assert router.route(text).route != "helper"


def test_a_modelfile_alone_makes_a_belter_that_can_be_chosen(
    tmp_path: Path, bundled_agents: tuple[AgentSpec, ...]
) -> None:
    (tmp_path / "beekeeping.moe").write_text(
        "FROM mistral:7b\nROLE belter\nDESCRIPTION Looks after bees: hives, swarms, honey and varroa mites\n"
        'CAPABILITY beekeeping, hives\nSYSTEM """You keep bees."""\n',
        "utf-8",
    )
    newcomer = load_agent(tmp_path / "beekeeping.moe")
    router = SmartRouter(memory_registry(agents=[*bundled_agents, newcomer]), KernelConfig())
    assert router.route("my hives have varroa mites, what does beekeeping practice say").route == "beekeeping"
    assert router.route("Write a haiku about snow.").route == "general"


def test_two_newcomers_alone_are_told_apart() -> None:
    agents = [
        AgentSpec(role=Role.BELTER, base="m:1", name="boats", description="Boats, sails and moorings"),
        AgentSpec(role=Role.BELTER, base="m:1", name="bread", description="Bread, dough and ovens"),
    ]
    router = SmartRouter(memory_registry(agents=agents), KernelConfig())
    assert router.route("repair my sails").route == "boats"
    assert router.route("sour dough in two ovens").route == "bread"
    assert router.route("good morning").route == "general"


def test_belters_with_enough_examples_are_learned_from_them() -> None:
    subjects = "sloop ketch dinghy yawl cutter barge ferry punt canoe kayak".split()
    asks = ("can you mend my {}", "my {} leaks again"), ("who sails a {}", "which harbour takes a {}")
    agents = [
        AgentSpec(
            role=Role.BELTER,
            base="m:1",
            name=name,
            examples=tuple(ask.format(subject) for subject in subjects for ask in pair),
        )
        for name, pair in zip(("repairs", "voyages"), asks, strict=True)
    ]
    router = SmartRouter(memory_registry(agents=agents), KernelConfig())
    assert router.route("my trawler leaks").route == "repairs"
    assert router.route("who sails that trawler").route == "voyages"
