"""How the rules' score of a sentence and the cross-encoder's are weighed together, on sets that it has not learned of.

    python benchmarks/answers/fit_close.py GROUPS sixth seventh eighth ninth [--model FILE] [--write]

GROUPS is a folder that training_groups.py wrote. Each set is judged by weights of the others: how often the likeliest
unit is the right one, how well its likelihood tells that (AUC), and how many questions are right where so many are
wrong. --write keeps the weights of all sets together as the shipped ones.
"""

import argparse
import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fit_units import Floats
from numpy.typing import NDArray
from training_groups import Group

from moe_kit.extraction.cross_encoder.encoder import WEIGHTS_FILE, CrossEncoder
from moe_kit.extraction.cross_encoder.pairs import place_units
from moe_kit.extraction.cross_encoder.weights_file import read_weights
from moe_kit.extraction.unit_ranker import READ_MAX
from moe_kit.extraction.unit_ranker import WEIGHTS_FILE as RULES_FILE

WRONG_SHARES = (0.1, 0.142, 0.2)
REMOVED_SHARE = 0.5  # what a question without its gold counts, as in fit_units.py
ROUNDS, STEP, PENALTY = 400, 0.05, 1.0

Read = dict[tuple[str, int], Floats]


def read_all(groups: Sequence[tuple[str, int, Group]], encoder: CrossEncoder) -> Read:
    """The model's scores of each group's candidates; the worst of them for those that the rules like less."""
    read = {}
    for name, number, group in groups:
        best = np.argsort(-group.rules, kind="stable")[:READ_MAX]
        placed = place_units(group.units, [group.units[group.candidates[place]] for place in best])
        rated = encoder.rate(group.question, tuple(placed))
        scores = np.full(len(group.rules), min(rated))
        scores[best] = rated
        read[name, number] = scores
    return read


def fit(samples: Sequence[tuple[Floats, NDArray[np.bool_], float]]) -> Floats:
    """Bias and weights: each unit's score against 0, that of none, by Adam on scaled signs."""
    together = np.concatenate([signs for signs, _, _ in samples])
    mean, spread = together.mean(0), together.std(0) + 1e-6
    weights = np.zeros(together.shape[1] + 1)
    first, second = weights.copy(), weights.copy()
    for number in range(1, ROUNDS + 1):
        slope = -PENALTY * np.r_[0, weights[1:]]
        for signs, gold, share in samples:
            design = np.c_[np.ones(len(signs)), (signs - mean) / spread]
            odds = np.exp(np.clip(design @ weights, -30, 30))
            wanted = odds * gold / max(odds[gold].sum(), 1e-12) if gold.any() else np.zeros(len(odds))
            slope += share * design.T @ (wanted - odds / (1 + odds.sum()))
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights = weights + STEP * (first / (1 - 0.9**number)) / (np.sqrt(second / (1 - 0.99**number)) + 1e-8)
    plain = weights[1:] / spread
    return np.r_[weights[0] - plain @ mean, plain]


def judge(name: str, groups: Sequence[tuple[str, int, Group]], score: Callable[[str, int, Group], Floats]) -> None:
    """Print one row: what comes of the questions by the likeliest unit alone."""
    rows, likeliest = [], []
    for half, number, group in groups:
        if group.state in ("there", "never there"):
            odds = np.exp(np.clip(score(half, number, group), -30, 30))
            best = int(odds.argmax())
            rows.append((float(odds[best] / (1 + odds.sum())), bool(group.is_gold[best])))
            likeliest += [rows[-1][1]] if group.state == "there" else []
    right, wrong = (np.array([one for one, is_right in rows if is_right is wanted]) for wanted in (True, False))
    area = (right[:, None] > wrong[None]).mean()
    shares = "  ".join(f"{100 * count_right(rows, share) / len(rows):5.1f}" for share in WRONG_SHARES)
    print(f"{name:32}{len(rows):4}  {100 * np.mean(likeliest):5.1f}  {area:.3f}  {shares}")


def count_right(rows: Sequence[tuple[float, bool]], share: float) -> int:
    """Right ones above the likelihood at which so many are wrong."""
    right = wrong = 0
    for _, is_right in sorted(rows, key=lambda row: -row[0]):
        wrong += not is_right
        if wrong > share * len(rows):
            break
        right += is_right
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description="The rules' score and the cross-encoder's, weighed together")
    parser.add_argument("groups", type=Path, help="folder that training_groups.py wrote")
    parser.add_argument("sets", nargs="+", help="names of groups that the model has not learned of")
    parser.add_argument("--model", type=Path, default=WEIGHTS_FILE, help="another than the shipped one")
    parser.add_argument("--write", action="store_true", help="keep the weights of all sets as the shipped ones")
    wanted = parser.parse_args()
    groups = [
        (name, number, group)
        for name in wanted.sets
        for number, group in enumerate(pickle.loads((wanted.groups / f"{name}.pkl").read_bytes()))
        if len(group.candidates) and group.state != "not found"
    ]
    read = read_all(groups, CrossEncoder(read_weights(wanted.model)))
    samples = {
        (name, number): (
            np.c_[group.rules, read[name, number]],
            group.is_gold,
            REMOVED_SHARE if group.state == "taken out" else 1.0,
        )
        for name, number, group in groups
    }
    others = {one: fit([sample for (name, _), sample in samples.items() if name != one]) for one in wanted.sets}
    print(f"{'':32}{'':4}  first    AUC  " + "  ".join(f"{100 * share:4.1f}%" for share in WRONG_SHARES))
    for name in (*wanted.sets, ""):
        own = [one for one in groups if name in ("", one[0])]
        judge(f"{name or 'all'}, rules", own, lambda half, number, group: group.rules)
        judge(f"{name or 'all'}, model", own, lambda half, number, group: read[half, number])
        judge(
            f"{name or 'all'}, together", own,
            lambda half, number, group: others[half][0] + samples[half, number][0] @ others[half][1:],
        )  # fmt: skip
    bias, rules, model = fit(list(samples.values()))
    print(f"all sets: bias {bias:.3f}, rules {rules:.3f}, model {model:.3f}")
    if wanted.write:
        shipped = json.loads(RULES_FILE.read_text(encoding="utf-8"))
        shipped["close"] = {"bias": round(bias, 3), "signs": round(rules, 3), "read": round(model, 3)}
        RULES_FILE.write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
