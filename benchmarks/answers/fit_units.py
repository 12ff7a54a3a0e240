"""Fit which sentence or row answers a question, where none says all of it, on the judged collections.

    python benchmarks/answers/fit_units.py [first] [second] ... [--signs FILE] [--sets] [--write]

Every question is asked twice: with the units that hold its answer, and without them, their neighbours left. Printed is,
for each half and several borders, what comes of the questions by weights that have not seen their collection: a unit
that seems to say all of a question (see `find_pointed`) answers unless it is most unlikely, any other where it is
likely. The shipped weights are those of the first six halves. --signs keeps what was read off the units, so that
fitting again takes seconds. --sets leaves out one half at a time in place of a few collections, and says how often the
likeliest unit is the right one, how well its likelihood tells that, and what comes of a border by the cost of a wrong
answer, chosen on the other halves.
"""

import argparse
import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_refusal import find_evidence
from judge import HERE, AskedQuestion, open_collection, read_questions, says
from numpy.typing import NDArray

from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.pointed import find_pointed
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.unit_ranker import LIKELIHOOD_MIN, POINTED_MIN, WEIGHTS_FILE, is_fitting
from moe_kit.extraction.unit_signs import SIGN_NAMES, sign_units
from moe_kit.extraction.units import split_evidence

PENALTY = 8.0  # chosen: 250 questions, 41 signs
REMOVED_SHARE = 0.5  # what a question without its gold counts: its neighbours may answer all the same
ROUNDS, STEP, FOLDS = 250, 0.08, 8
SCORE_MAX = 30.0
AMONG_FEW = SIGN_NAMES.index("is_among_few")
WRONG_SHARES = (0.05, 0.1, 0.15, 0.2)  # of the questions, at which right answers are compared
WRONG_COSTS = 1.0  # as much as a right answer gains
BORDERS = ((0.0, 0.3), (0.0, LIKELIHOOD_MIN), (POINTED_MIN, 0.3), (POINTED_MIN, LIKELIHOOD_MIN), (0.25, 0.5))

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A question over one state of its documents."""

    half: str
    collection: str
    question: str
    state: str  # "there", "taken out", or "never there"
    signs: Floats
    is_gold: NDArray[np.bool_]
    is_fitting: NDArray[np.bool_]
    is_rated: NDArray[np.bool_]
    is_pointed: NDArray[np.bool_]  # seems to say all of the question


def gather(halves: Sequence[str]) -> Iterator[Sample]:
    """The samples of all collections."""
    for half in halves:
        for folder in sorted(path for path in (HERE / half).iterdir() if path.is_dir()):
            with open_collection(folder) as (_, library):
                for question in read_questions(folder):
                    evidence = find_evidence(library, question.text, frozenset())
                    yield from read_samples(half, folder.name, question, evidence)


def read_samples(half: str, collection: str, question: AskedQuestion, evidence: Sequence[Evidence]) -> Iterator[Sample]:
    """The question with its gold and without; nothing for yes and no alone."""
    spans = [span for span in question.right if span not in ("Yes", "No")]
    if question.right and not spans:
        return
    units = split_evidence(evidence)
    gold = [unit for unit in units if unit.can_be_quoted and spans and says(unit.text, spans)]
    states = [("there" if gold else "never there", units)]
    if gold:
        states.append(("taken out", [unit for unit in units if unit not in gold]))
    elif spans:
        return  # the search has not found it: nothing to learn
    query = parse_query(question.text)
    for state, given in states:
        ranking = rank_units(query, given)
        signed = sign_units(query, ranking, given)
        pointed = [item.candidate.unit for item in find_pointed(query, ranking, given)]
        if signed:
            yield Sample(
                half, collection, question.text, state,
                np.array([item.signs for item in signed]),
                np.array([item.candidate.unit in gold for item in signed]),
                np.array([is_fitting(item) for item in signed]),
                np.array([item.rated is not None for item in signed]),
                np.array([item.candidate.unit in pointed for item in signed]),
            )  # fmt: skip


def fit(
    samples: Sequence[Sample], *, penalty: float = PENALTY, rounds: int = ROUNDS, step: float = STEP
) -> tuple[float, Floats]:
    """Bias and weights on unscaled signs: each unit's score against 0, that of none, by Adam."""
    together = np.concatenate([sample.signs for sample in samples])
    mean, spread = together.mean(0), together.std(0) + 1e-6
    design = np.c_[np.ones(len(together)), (together - mean) / spread]
    starts = np.r_[0, np.cumsum([len(sample.signs) for sample in samples])][:-1]
    place = np.repeat(np.arange(len(samples)), [len(sample.signs) for sample in samples])
    gold = np.concatenate([sample.is_gold for sample in samples]).astype(float)
    has_gold = np.array([sample.is_gold.any() for sample in samples])
    shares = np.array([REMOVED_SHARE if sample.state == "taken out" else 1.0 for sample in samples])
    weights = np.zeros(design.shape[1])
    first, second = weights.copy(), weights.copy()
    for number in range(1, rounds + 1):
        odds = np.exp(np.clip(design @ weights, -SCORE_MAX, SCORE_MAX))
        likely = odds / (1 + np.add.reduceat(odds, starts))[place]
        right = np.add.reduceat(odds * gold, starts)
        wanted = np.where(has_gold[place], odds * gold / np.maximum(right, 1e-12)[place], 0.0)
        slope = design.T @ ((wanted - likely) * shares[place]) - penalty * np.r_[0, weights[1:]]
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights += step * (first / (1 - 0.9**number)) / (np.sqrt(second / (1 - 0.99**number)) + 1e-8)
    plain = weights[1:] / spread
    return float(weights[0] - plain @ mean), plain


def rate_left_out(samples: Sequence[Sample], *, by_half: bool = False) -> list[Floats]:
    """Each sample's likelihoods by weights that have not seen its collection, or none of its half."""
    names = sorted({(sample.half, sample.collection) for sample in samples})
    halves = sorted({sample.half for sample in samples})
    by_fold = [names[start::FOLDS] for start in range(FOLDS)]
    rated: list[Floats] = [np.zeros(0)] * len(samples)
    for held in [[name for name in names if name[0] == half] for half in halves] if by_half else by_fold:
        bias, weights = fit([one for one in samples if (one.half, one.collection) not in held])
        for number, sample in enumerate(samples):
            if (sample.half, sample.collection) in held:
                odds = np.exp(np.clip(bias + sample.signs @ weights, -SCORE_MAX, SCORE_MAX))
                rated[number] = odds / (1 + odds.sum())
    return rated


def choose(sample: Sample, likely: Floats, floor: float, border: float) -> bool | None:
    """Whether what is quoted is right; None where nothing is."""
    pointed = np.flatnonzero(sample.is_pointed)
    if len(pointed) and likely[pointed].max() >= floor:
        return bool(sample.is_gold[pointed].any())
    best = int(likely.argmax())
    is_exact = sample.is_rated[best] and not sample.signs[best, AMONG_FEW]
    if likely[best] < border or not (sample.is_fitting[best] or is_exact):
        return None
    return bool(sample.is_gold[best])


def show(samples: Sequence[Sample], rated: Sequence[Floats]) -> None:
    """A line a half and pair of borders."""
    print("by half, the least of a unit that seems to say all, the least of others: questions whose answer was there,")
    print("and how many got one whose answer was never there, or was taken out")
    for half in sorted({one.half for one in samples}):
        asked = [(one, likely) for one, likely in zip(samples, rated, strict=True) if one.half == half]
        for floor, border in BORDERS:
            counts = {"right": 0, "wrong": 0, "refused": 0, "never there": 0, "taken out": 0}
            for sample, likely in asked:
                is_right = choose(sample, likely, floor, border)
                if sample.state == "there":
                    counts["refused" if is_right is None else "right" if is_right else "wrong"] += 1
                else:
                    counts[sample.state] += is_right is not None
            nothing = sum(one.state == "never there" for one, _ in asked)
            told = "  ".join(f"{name} {count}" for name, count in counts.items())
            print(f"{half:8} {floor:5} {border:5}  {told} (of {nothing} never there)")


def show_sets(samples: Sequence[Sample], rated: Sequence[Floats]) -> None:
    """A line a half, of the questions as they were asked; the likeliest unit alone, by its likelihood alone."""
    asked = [
        (one.half, one.state == "there", float(likely.max()), bool(one.is_gold[likely.argmax()]))
        for one, likely in zip(samples, rated, strict=True)
        if one.state != "taken out"
    ]
    shares = ", ".join(f"{share:.0%}" for share in WRONG_SHARES)
    print(f"by half: right one likeliest where it was there; AUC; right at {shares}")
    print("wrong; then the border by cost on the other halves, right and wrong by it; all in % of the questions")
    for half in sorted({name for name, *_ in asked}):
        own = [(likely, is_right) for name, _, likely, is_right in asked if name == half]
        first = [is_right for name, is_there, _, is_right in asked if name == half and is_there]
        border = find_border([(likely, is_right) for name, _, likely, is_right in asked if name != half])
        said = [is_right for likely, is_right in own if likely >= border]
        at = "  ".join(f"{100 * count_right(own, share) / len(own):5.1f}" for share in WRONG_SHARES)
        came = f"{100 * sum(said) / len(own):5.1f} {100 * (len(said) - sum(said)) / len(own):5.1f}"
        print(f"{half:8} {100 * np.mean(first):5.1f}  {measure_auc(own):.3f}  {at}  from {border:.2f}: {came}")


def find_border(rated: Sequence[tuple[float, bool]]) -> float:
    """The likelihood from which on answering gains most, a wrong answer costing what it costs."""
    borders = [float(border) for border in np.arange(0.2, 0.8, 0.05)]
    gains = [sum(1.0 if right else -WRONG_COSTS for likely, right in rated if likely >= border) for border in borders]
    return borders[int(np.argmax(gains))]


def count_right(rated: Sequence[tuple[float, bool]], wrong_share: float) -> int:
    """The right ones among the likeliest, of which so large a share of all is wrong."""
    right = wrong = 0
    for _, is_right in sorted(rated, key=lambda one: -one[0]):
        wrong += not is_right
        if wrong > wrong_share * len(rated):
            break
        right += is_right
    return right


def measure_auc(rated: Sequence[tuple[float, bool]]) -> float:
    """How often a right one is likelier than a wrong one."""
    right = np.array([likely for likely, is_right in rated if is_right])
    wrong = np.array([likely for likely, is_right in rated if not is_right])
    return float(np.mean(right[:, None] > wrong[None, :]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit which unit answers")
    parser.add_argument("halves", nargs="*", help="folders of collections")
    parser.add_argument("--signs", type=Path, help="a file to keep the signs in, read when it is there")
    parser.add_argument("--sets", action="store_true", help="leave out one half at a time")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS_FILE.name}")
    wanted = parser.parse_args()
    halves = wanted.halves or sorted({path.parent.parent.name for path in HERE.glob("*/*/questions.tsv")})
    if wanted.signs and wanted.signs.exists():
        samples = pickle.loads(wanted.signs.read_bytes())
    else:
        samples = list(gather(halves))
        if wanted.signs:
            wanted.signs.write_bytes(pickle.dumps(samples))
    if wanted.sets:
        show_sets(samples, rate_left_out(samples, by_half=True))
        return
    show(samples, rate_left_out(samples))
    bias, weights = fit(samples)
    signs = {name: round(float(weight), 4) for name, weight in zip(SIGN_NAMES, weights, strict=True)}
    shipped = {"bias": round(bias, 4), "signs": signs}
    print(json.dumps(shipped))
    if wanted.write:
        WEIGHTS_FILE.write_text(json.dumps(shipped) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
