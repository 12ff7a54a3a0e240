"""How often the bundled router finds the right route.

`general` is chat, definitions and common knowledge; `knowledge` what the person's own documents say; `research` what
is found outside or in many sources; `document` makes and reworks texts. The requests of requests_typed.jsonl were
written last, as people type, and nothing was changed by them.
"""

import json
from pathlib import Path

import pytest

from moe_core.loading.registry import Registry
from moe_core.routing.candidates import build_profiles
from moe_core.routing.features import find_features, read_words
from moe_core.routing.lessons import SHIPPED, find_key, read_lessons
from moe_core.routing.router import SmartRouter

FOLDER = Path(__file__).parent


def measure(router: SmartRouter, name: str) -> dict[bool, float]:
    rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    right: dict[bool, list[bool]] = {True: [], False: []}
    for row in rows:
        right[row["hard"]].append(router.route(row["request"]).route == row["route"])
    return {hard: sum(marks) / max(len(marks), 1) for hard, marks in right.items()}


@pytest.mark.parametrize(
    ("name", "ordinary_bar", "hard_bar"),
    [
        ("requests_dev.jsonl", 0.96, 0.93),
        ("requests_heldout.jsonl", 0.95, 0.87),
        ("requests_typed_dev.jsonl", 0.9, 0.0),
        ("requests_typed.jsonl", 0.85, 0.0),
    ],
)
def test_most_requests_reach_the_right_route(
    router: SmartRouter, name: str, ordinary_bar: float, hard_bar: float
) -> None:
    shares = measure(router, name)
    assert shares[False] >= ordinary_bar
    assert shares[True] >= hard_bar


def test_no_request_of_the_test_sets_is_among_the_examples(bundled_registry: Registry) -> None:
    examples = {text.casefold() for profile in build_profiles(bundled_registry) for text in profile.examples}
    for name in ("requests_dev.jsonl", "requests_heldout.jsonl", "requests_typed.jsonl"):
        rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
        assert [row["request"] for row in rows if row["request"].casefold() in examples] == []


def test_the_shipped_lessons_were_learned_from_the_bundled_examples(bundled_registry: Registry) -> None:
    profiles = build_profiles(bundled_registry)
    assert read_lessons(SHIPPED).key == find_key(profiles), "run: python benchmarks/routing.py --learn"


def test_the_shipped_lessons_know_the_features_that_requests_have_today(bundled_registry: Registry) -> None:
    profiles = build_profiles(bundled_registry)
    shipped = read_lessons(SHIPPED)
    words = shipped.vocabularies
    examples = [text for profile in profiles for text in profile.examples[:50]]
    found = {name for text in examples for name in find_features(text, read_words(text), words, shipped.frequent)}
    kinds = {name.partition(":")[0] for name in shipped.classifier.features}
    assert {name.partition(":")[0] for name in found} == kinds, "raise REVISION and learn again"
    assert len(found & set(shipped.classifier.features)) > 0.5 * len(found)
