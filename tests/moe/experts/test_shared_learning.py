"""Learning of several workspaces: what goes along, what counts, and what does not."""

import json
import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from moe.contracts.personas import PersonaScore
from moe.experts.ledger import PersonaLedger
from moe.experts.performance import PersonaPerformance, read_proven
from moe.experts.settings import PersonaThresholds
from moe.experts.shared_learning import (
    MOST_OF_ONE,
    SharedLearning,
    SharedRecord,
    collect_learning,
    load_learning,
    take_learning,
)
from moe.experts.track_records import TrackRecord
from moe_core import Tier
from moe_core.contracts.errors import RequestError
from moe_core.contracts.wire import encode_json

EVERYBODY = {"ann": PersonaPerformance(), "bob": PersonaPerformance()}
sums = st.floats(0, 1000)
records = st.builds(SharedRecord, good=sums, bad=sums)
experts = st.dictionaries(st.sampled_from(["ann", "bob"]), st.dictionaries(st.sampled_from(["when", "name"]), records))


def learning_of(number: int, experts: dict[str, dict[str, SharedRecord]]) -> SharedLearning:
    return SharedLearning(workspace=f"{number:032x}", experts=experts)


def one(good: float, bad: float, *, number: int = 1) -> SharedLearning:
    return learning_of(number, {"bob": {"when": SharedRecord(good=good, bad=bad)}})


def read_bob(performances) -> TrackRecord:
    return read_proven(performances).by_kind.get(("bob", "when"), TrackRecord())


@given(st.lists(experts, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_is_all_one_and_taking_in_again_changes_nothing(told, random) -> None:
    learnings = [learning_of(number, each) for number, each in enumerate(told)]
    shuffled = [*learnings, *learnings]
    random.shuffle(shuffled)
    first, second = EVERYBODY, EVERYBODY
    for learning in learnings:
        first = take_learning(first, learning)
    for learning in shuffled:
        second = take_learning(second, learning)
    assert first == second


@given(st.lists(experts, max_size=4))
def test_no_workspace_counts_for_more_than_its_most_and_its_mean_stays(told) -> None:
    for number, each in enumerate(told):
        taken = take_learning(EVERYBODY, learning_of(number, each))
        for name, kinds in each.items():
            for kind, record in kinds.items():
                kept = read_proven(taken).by_kind[name, kind]
                assert kept.good + kept.bad <= MOST_OF_ONE + 1e-6
                total = record.good + record.bad
                if total > 1e-6:
                    assert kept.good / (kept.good + kept.bad) == pytest.approx(record.good / total)


def test_workspaces_weigh_as_their_scores_do() -> None:
    taken = take_learning(take_learning(EVERYBODY, one(30, 0, number=1)), one(0, 10, number=2))
    assert (read_bob(taken).good, read_bob(taken).bad) == (30, 10)


def test_what_a_workspace_says_later_replaces_what_it_said() -> None:
    taken = take_learning(take_learning(EVERYBODY, one(30, 0)), one(1, 2))
    assert (read_bob(taken).good, read_bob(taken).bad) == (1, 2)


def test_what_others_taught_is_not_handed_on() -> None:
    own = {"bob": PersonaPerformance(proven={"when": TrackRecord(good=3, bad=1)})}
    taken = take_learning(own, one(30, 0))
    shared = collect_learning(taken, workspace="f" * 32, epsilon=None, draw=Random(1).random)
    assert shared.experts == {"bob": {"when": SharedRecord(good=3, bad=1)}}


def test_noise_has_its_scale_and_leaves_no_sum_below_nothing() -> None:
    own = {"bob": PersonaPerformance(proven={"when": TrackRecord(good=100, bad=0)})}
    draw = Random(7).random
    blurred = [
        collect_learning(own, workspace="f" * 32, epsilon=0.5, draw=draw).experts["bob"]["when"] for _ in range(4000)
    ]
    spread = [record.good - 100 for record in blurred]
    assert abs(sum(spread) / len(spread)) < 0.2
    # A Laplace distribution of scale 2 lies as often within 2 ln 2 of its middle as outside.
    assert sum(abs(value) < 2 * math.log(2) for value in spread) / len(spread) == pytest.approx(0.5, abs=0.04)
    assert min(record.bad for record in blurred) == 0


@pytest.fixture
def ledger(store) -> PersonaLedger:
    return PersonaLedger(store=store, thresholds=PersonaThresholds())


def test_a_ledger_counts_what_others_learned_and_moves_nobody_by_it(ledger) -> None:
    ledger.learn([PersonaScore(persona="bob", score=1.0, kind="when")], is_feedback=True)
    before = ledger.store.get("bob").persona.tier
    gain = ledger.take([learning_of(1, {**one(0, 40).experts, "nobody": {"when": SharedRecord(good=1, bad=0)}})])
    assert (gain.scores, gain.experts, gain.unknown) == (41, ("bob",), ("nobody",))
    assert ledger.store.get("bob").persona.tier is before is not Tier.PRUNED
    assert read_proven(ledger.load()).read_means(["bob"], "when")[0] < 0.1
    ledger.learn([PersonaScore(persona="bob", score=1.0, kind="when")], is_feedback=True)
    assert read_bob(ledger.load()).bad == 40  # learning here leaves it as it is


def test_a_dry_look_keeps_nothing_and_its_own_learning_is_refused(ledger) -> None:
    ledger.take([one(5, 5)], is_dry=True)
    assert read_bob(ledger.load()) == TrackRecord()
    ledger.learn([PersonaScore(persona="bob", score=1.0, kind="when")], is_feedback=True)
    shared = ledger.share()
    assert shared.workspace == ledger.share().workspace
    with pytest.raises(RequestError, match="own"):
        ledger.take([shared])


@pytest.mark.parametrize(
    "change",
    [
        {"format": "moe-learning/2"},
        {"workspace": "../../etc"},
        {"experts": {"bob": {"when": {"good": -1, "bad": 0}}}},
        {"experts": {"bob": {"when": {"good": 1e300, "bad": 0}}}},
        {"experts": {"bob": {"when": {"good": 1, "bad": 0, "question": "Who?"}}}},
        {"more": 1},
    ],
)
def test_what_is_no_learning_is_refused_in_a_line(tmp_path, change) -> None:
    path = tmp_path / "learning.json"
    path.write_bytes(encode_json(one(1, 2)))
    assert load_learning(path) == replace(one(1, 2))
    path.write_text(json.dumps({**json.loads(encode_json(one(1, 2))), **change}))
    with pytest.raises(RequestError, match="holds no learning") as caught:
        load_learning(path)
    assert "\n" not in caught.value.message
