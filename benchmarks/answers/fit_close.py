"""How the rules' score of a sentence and the cross-encoder's are weighed together, on sets that it has not learned of.

    python benchmarks/answers/fit_close.py GROUPS sixth seventh eighth ninth [--model FILE] [--write]

GROUPS is a folder that training_groups.py wrote. Each set is judged by weights of the others: how often the likeliest
unit is the right one, how well its likelihood tells that (AUC), and how many questions are right where so many are
wrong. --write keeps the weights of all sets together as the shipped ones.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fit_units import SCORE_MAX, Floats, Sample, count_right, fit, measure_auc
from training_groups import Group, load_groups

from moe_kit.extraction.cross_encoder.encoder import WEIGHTS_FILE, CrossEncoder
from moe_kit.extraction.cross_encoder.pairs import place_units
from moe_kit.extraction.cross_encoder.weights_file import read_weights
from moe_kit.extraction.unit_ranker import READ_MAX
from moe_kit.extraction.unit_ranker import WEIGHTS_FILE as RULES_FILE

WRONG_SHARES = (0.1, 0.142, 0.2)
FITTING = {"penalty": 1.0, "rounds": 400, "step": 0.05}  # two signs, where fit_units.py has 41

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


def make_sample(group: Group, scores: Floats) -> Sample:
    """What `fit` learns of: the two scores as signs."""
    nothing = np.zeros(len(scores), dtype=np.bool_)
    return Sample(
        group.name, "", group.question, group.state, scores, group.is_gold, group.is_fitting, nothing, nothing
    )


def judge(name: str, groups: Sequence[tuple[str, int, Group]], score: Callable[[str, int, Group], Floats]) -> None:
    """Print one row: what comes of the questions by the likeliest unit alone."""
    rows, likeliest = [], []
    for half, number, group in groups:
        if group.state in ("there", "never there"):
            odds = np.exp(np.clip(score(half, number, group), -SCORE_MAX, SCORE_MAX))
            best = int(odds.argmax())
            rows.append((float(odds[best] / (1 + odds.sum())), bool(group.is_gold[best])))
            likeliest += [rows[-1][1]] if group.state == "there" else []
    shares = "  ".join(f"{100 * count_right(rows, share) / len(rows):5.1f}" for share in WRONG_SHARES)
    print(f"{name:32}{len(rows):4}  {100 * np.mean(likeliest):5.1f}  {measure_auc(rows):.3f}  {shares}")


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
        for number, group in enumerate(load_groups(wanted.groups, name))
        if len(group.candidates) and group.state != "not found"
    ]
    read = read_all(groups, CrossEncoder(read_weights(wanted.model)))
    samples = {
        (name, number): make_sample(group, np.c_[group.rules, read[name, number]]) for name, number, group in groups
    }
    others = {
        one: fit([sample for (name, _), sample in samples.items() if name != one], **FITTING) for one in wanted.sets
    }
    print(f"{'':32}{'':4}  first    AUC  " + "  ".join(f"{100 * share:4.1f}%" for share in WRONG_SHARES))
    for name in (*wanted.sets, ""):
        own = [one for one in groups if name in ("", one[0])]
        judge(f"{name or 'all'}, rules", own, lambda half, number, group: group.rules)
        judge(f"{name or 'all'}, model", own, lambda half, number, group: read[half, number])
        judge(
            f"{name or 'all'}, together", own,
            lambda half, number, group: others[half][0] + samples[half, number].signs @ others[half][1],
        )  # fmt: skip
    bias, (rules, model) = fit(list(samples.values()), **FITTING)
    print(f"all sets: bias {bias:.3f}, rules {rules:.3f}, model {model:.3f}")
    if wanted.write:
        shipped = json.loads(RULES_FILE.read_text(encoding="utf-8"))
        shipped["close"] = {"bias": round(bias, 3), "signs": round(rules, 3), "read": round(model, 3)}
        RULES_FILE.write_text(json.dumps(shipped, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
