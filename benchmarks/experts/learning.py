"""The learning curve of the choice of who walks first, on held-out halves.

    python benchmarks/experts/tabulate.py DATA_FOLDER --into FOLDER
    python benchmarks/experts/learning.py FOLDER [--seeds 5]

Of each set one half of the questions, drawn anew for each seed, teaches as `moe experts train` does; on the other half
the first expert of each question is chosen. Prints recall@5 there after no, a tenth, a half and all of the feedback,
beside the generalist, the persona that was the best one on the teaching half, the one that is the best on the held-out
half itself, and whoever finds most of each question; the cost of waking; and after how many questions a persona that
finds nothing is pruned. With the 95 % interval over the seeds.
"""

import argparse
import json
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from moe.app import App
from moe.contracts.personas import PersonaScore
from moe.experts.lifecycle import Standing, pruning_phase
from moe.experts.performance import PersonaPerformance, read_proven
from moe.experts.selection import choose_first, make_bench
from moe.experts.settings import PersonaThresholds
from moe.experts.track_records import read_bundled
from moe_core import Persona, Tier

SHARES = (0.0, 0.1, 0.5, 1.0)
NOBODY = "adversary"
Row = Mapping[str, Any]


def teach(rows: Sequence[Row], personas: Sequence[Persona]) -> dict[str, PersonaPerformance]:
    kept = {one.name: PersonaPerformance() for one in personas}
    for row in rows:
        for name, recall in row["recalls"].items():
            score = PersonaScore(persona=name, kind=row["kind"], score=recall)
            kept[name] = kept[name].take_score(score, is_feedback=True)
    return kept


def choose(rows: Sequence[Row], taught: Mapping[str, PersonaPerformance], personas: Sequence[Persona]) -> list[str]:
    bench = make_bench(personas)
    proven = read_bundled(personas).join(read_proven(taught))
    firsts: dict[str, str] = {}
    for row in rows:
        question = row["question"]
        if row["kind"] not in firsts:
            firsts[row["kind"]] = choose_first(question, bench, proven, budget=1.0).persona
    return [firsts[row["kind"]] for row in rows]


def move(personas: Sequence[Persona], rows: Sequence[Row]) -> list[Persona]:
    """The personas where they stand after the teaching."""
    scores = [PersonaScore(persona=name, score=recall) for row in rows for name, recall in row["recalls"].items()]
    _, after = pruning_phase(scores, {one.name: Standing(tier=one.tier) for one in personas}, PersonaThresholds())
    return [replace(one, tier=after[one.name].tier) for one in personas]


def count_until_pruned(rows: Sequence[Row]) -> int:
    for number in range(1, len(rows) + 1):
        scores = [PersonaScore(persona=NOBODY, score=0.0)] * number
        _, after = pruning_phase(scores, {NOBODY: Standing(tier=Tier.EXPERIMENTAL)}, PersonaThresholds())
        if after[NOBODY].tier is Tier.PRUNED:
            return number
    return 0


def measure(rows: Sequence[Row], personas: Sequence[Persona], seed: int) -> dict[str, float]:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    teaching, held = shuffled[: len(rows) // 2], shuffled[len(rows) // 2 :]
    costs = {one.name: one.activation_cost for one in personas}
    names = list(costs)
    found: dict[str, float] = {}
    for share in SHARES:
        part = teaching[: round(share * len(teaching))]
        firsts = choose(held, teach(part, personas), move(personas, part))
        found[f"taught {share:.0%}"] = 100 * mean(row["recalls"][one] for row, one in zip(held, firsts, strict=True))
        if share == 1.0:
            found["cost"] = mean(costs[one] for one in firsts)
    by_teaching = max(names, key=lambda name: mean(row["recalls"][name] for row in teaching))
    found["generalist"] = 100 * mean(row["recalls"]["generalist"] for row in held)
    found["best taught"] = 100 * mean(row["recalls"][by_teaching] for row in held)
    found["best held"] = 100 * max(mean(row["recalls"][name] for row in held) for name in names)
    found["oracle"] = 100 * mean(max(row["recalls"].values()) for row in held)
    return found


def show(name: str, runs: Sequence[Mapping[str, float]]) -> None:
    cells = []
    for key in runs[0]:
        values = [run[key] for run in runs]
        half = 2.776 * stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0  # Student's t of 4
        cells.append(f"{mean(values):.2f} ± {half:.2f}" if key == "cost" else f"{mean(values):.1f} ± {half:.1f}")
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    personas = [entry.value for entry in App.open(with_project=False).registry.personas]
    whole: dict[int, list[Mapping[str, float]]] = defaultdict(list)
    for place, path in enumerate(sorted(given.tables.glob("*.json"))):
        rows = json.loads(path.read_text(encoding="utf-8"))
        runs = [measure(rows, personas, seed) for seed in range(given.seeds)]
        if place == 0:
            print(f"| set | {' | '.join(runs[0])} |\n|---|{'--:|' * len(runs[0])}")
            pruned = count_until_pruned(rows)
        show(path.stem, runs)
        for seed, run in enumerate(runs):
            whole[seed].append(run)
    means = [{key: mean(run[key] for run in runs) for key in runs[0]} for runs in whole.values()]
    show("mean", means)
    print(f"one that finds nothing is pruned after {pruned} questions")


if __name__ == "__main__":
    main()
