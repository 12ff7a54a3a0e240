"""Whether it is told beforehand which wakings bring anything, on held-out halves.

    python benchmarks/experts/tabulate_wakings.py DATA_FOLDER --into FOLDER
    python benchmarks/experts/wakings.py FOLDER [--without SET ...]

A waking is one of the other experts, with one of the ways to take what it brings: it leads; both are fused; it has the
places after the generalist's third or fourth passage. For each a ridge regression tells by how much recall@5 changes,
from what is known once the generalist has walked (`read_signs`); the waking that promises most is taken, where that is
above a bar. Taught by one half of a set's questions, drawn anew for each of five seeds, or by all other kinds of text.

Printed first: recall@5, CPU time beside the fixed generalist's, and how often what moe draws would gain or lose if it
were put among the first five. Then by signs: the gain of the best fixed waking, known by hindsight, where the sign is
low and where it is high. Last, for each way of teaching: share of the questions in which somebody is woken, points of
recall@5 that this changes, and the cost of the wakings, in searches by the generalist; 95 % interval over the seeds.
"""

import argparse
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np

FIRST = "generalist"
WAYS = ("leads", "fused", "after_three", "after_four")
SEEDS, T_OF_4 = 5, 2.776
PULLS = (30.0, 1000.0, 1e9)  # on the weights of signs, in questions; the last one leaves none of them
BARS = (0.0, 1.0, 2.0)  # points that a waking has to promise
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wakings:
    """One set's questions: signs, the change of recall@5 by every waking, in points, and who has to be asked."""

    signs: np.ndarray
    gains: np.ndarray
    names: list[str]
    is_doubtful: np.ndarray
    cost: float  # of a waking, in searches by the generalist

    def take(self, places: Sequence[int]) -> "Wakings":
        some = list(places)
        return Wakings(self.signs[some], self.gains[some], self.names, self.is_doubtful[some], self.cost)


def read_signs(row: Row) -> list[float]:
    """What is known of a question when its first expert is back."""
    kind = str(row["kind"])
    kinds = [float(kind == one) for one in ("when", "count", "name", "other")]
    doubts = [float(row["doubt"].startswith(one)) for one in ("the evidence is thin", "many", "the evidence is of one")]
    return [*row["words_signs"], *row["decision_signs"], *row["walk_signs"].values(), *kinds, *doubts]


def read_wakings(rows: Sequence[Row]) -> Wakings:
    names = [f"{one}, {way}" for one in rows[0]["experts"] if one != FIRST for way in WAYS]
    gains = [
        [100 * (found[way] - row["recalls"]["fixed"]) for one, found in row["experts"].items() if one != FIRST]
        for row in rows
        for way in WAYS
    ]
    columns = np.array(gains).reshape(len(rows), len(WAYS), -1).transpose(0, 2, 1).reshape(len(rows), -1)
    doubtful = [row for row in rows if row["doubt"] and row["woken"]]
    spent = sum(row["seconds"]["woken"] - row["seconds"]["alone"] for row in doubtful) / max(1, len(doubtful))
    return Wakings(
        signs=np.array([read_signs(row) for row in rows]),
        gains=columns,
        names=names,
        is_doubtful=np.array([bool(row["doubt"]) for row in rows]),
        cost=spent / mean(row["seconds"]["fixed"] for row in rows),
    )


def promise(taught: Sequence[tuple[Wakings, float]], held: Wakings, pull: float) -> np.ndarray:
    """By how much each waking would change the held questions. Shape (questions, wakings)."""
    signs = np.concatenate([one.signs for one, _ in taught])
    gains = np.concatenate([one.gains for one, _ in taught])
    shares = np.concatenate([np.full(len(one.signs), weight) for one, weight in taught])
    shares *= len(shares) / shares.sum()
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    scaled = np.column_stack([np.ones(len(signs)), (signs - middle) / spread])
    bend = (scaled * shares[:, None]).T @ scaled + np.diag([20.0, *np.full(signs.shape[1], pull)])
    weights = np.linalg.solve(bend, (scaled * shares[:, None]).T @ gains)
    known = np.clip((held.signs - middle) / spread, -4, 4)
    return np.asarray(np.column_stack([np.ones(len(known)), known]) @ weights)


def judge(held: Wakings, promised: np.ndarray, bar: float) -> tuple[float, float, float]:
    """Share of questions with a waking, change of recall@5, and the wakings' cost a question."""
    best = promised.argmax(axis=1)
    is_woken = promised.max(axis=1) > bar
    change = np.where(is_woken, held.gains[np.arange(len(best)), best], 0.0).mean()
    return 100 * float(is_woken.mean()), float(change), float(is_woken.mean()) * held.cost


def find_family(name: str) -> str:
    return name.partition("-")[0]


def halve(one: Wakings, pull: float, bar: float) -> list[tuple[float, ...]]:
    found = []
    for seed in range(SEEDS):
        order = list(range(len(one.signs)))
        random.Random(seed).shuffle(order)
        half = len(order) // 2
        held = one.take(order[half:])
        found.append(judge(held, promise([(one.take(order[:half]), 1.0)], held, pull), bar))
    return found


def leave_out(sets: Mapping[str, Wakings], name: str, pull: float, bar: float) -> list[tuple[float, ...]]:
    """Each seed's judgement of the half that it draws, taught by the other families, each counting the same."""
    others = [other for other in sets if find_family(other) != find_family(name)]
    families = [find_family(other) for other in others]
    taught = [(sets[one], 1 / len(sets[one].signs) / families.count(find_family(one))) for one in others]
    promised = promise(taught, sets[name], pull)
    found = []
    for seed in range(SEEDS):
        order = list(range(len(promised)))
        random.Random(seed).shuffle(order)
        half = order[len(order) // 2 :]
        found.append(judge(sets[name].take(half), promised[half], bar))
    return found


def tell(values: Sequence[float], digits: int) -> str:
    half = T_OF_4 * stdev(values) / math.sqrt(len(values))
    return f"{mean(values):+.{digits}f} ± {half:.{digits}f}"


def describe(name: str, rows: Sequence[Row]) -> None:
    spent = {way: sum(row["seconds"][way] for row in rows) for way in rows[0]["seconds"]}
    costs = [f"{spent[way] / spent['fixed']:.2f}" for way in ("words", "alone", "woken")]
    found = [f"{100 * mean(row['recalls'][way] for row in rows):.1f}" for way in ("words", "fixed", "woken")]
    doubtful = [row for row in rows if row["doubt"] and row["woken"]]
    cells = []
    for way in WAYS:
        gains = [row["experts"][row["woken"][0]][way] - row["recalls"]["fixed"] for row in doubtful]
        cells.append(f"{sum(one > 0 for one in gains)} / {sum(one < 0 for one in gains)}")
    everybody = [
        max(expert[way] for expert in row["experts"].values() for way in WAYS) > row["recalls"]["fixed"]
        for row in doubtful
    ]
    line = [*costs, *found, str(len(doubtful)), *cells, str(sum(everybody))]
    print(f"| {name} | {len(rows)} | {' | '.join(line)} |", flush=True)


def split_by_signs(sets: Mapping[str, Wakings], rows: Mapping[str, Sequence[Row]]) -> None:
    """The best fixed waking where a sign is low and where it is high, over the doubtful questions of all sets."""
    doubtful = [row for name in rows for row in rows[name] if row["doubt"]]
    gains = np.concatenate([one.gains[one.is_doubtful] for one in sets.values()])
    names = next(iter(sets.values())).names
    columns = {name: [row["walk_signs"][name] for row in doubtful] for name in doubtful[0]["walk_signs"]}
    columns |= {f"is {one}": [float(row["kind"] == one) for row in doubtful] for one in ("when", "count", "name")}
    columns["lead of words"] = [row["words_signs"][1] for row in doubtful]
    print("| sign | where it is low: best of all wakings by hindsight | where it is high |\n|---|---|---|")
    for sign, values in columns.items():
        is_high = np.array(values) > np.median(values)
        if not is_high.any():
            continue  # it tells nothing apart
        cells = []
        for side in (~is_high, is_high):
            means = gains[side].mean(axis=0)
            best = int(means.argmax())
            some = gains[side][:, best]
            cells.append(
                f"{names[best]}: {means[best]:+.2f} ({(some > 0).sum()} up, {(some < 0).sum()} down, of {len(some)})"
            )
        print(f"| {sign} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", nargs="*", default=(), help="sets that are left aside")
    given = parser.parse_args()
    rows = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(given.folder.glob("*.json"))
        if path.stem not in given.without
    }
    sets = {name: read_wakings(some) for name, some in rows.items()}
    heads = ["words", "alone", "woken", "@5 words", "generalist", "woken", "doubtful", *WAYS, "anybody"]
    print(f"| set | questions | {' | '.join(heads)} |\n|---|{'--:|' * (len(heads) + 1)}")
    for name, some in rows.items():
        describe(name, some)
    split_by_signs(sets, rows)
    print(f"| taught by | pull | bar | {' | '.join(sets)} | mean |\n|---|{'--:|' * (len(sets) + 3)}")
    for pull in PULLS:
        for bar in BARS:
            for way, judged in (
                ("other half", [halve(one, pull, bar) for one in sets.values()]),
                ("other kinds", [leave_out(sets, name, pull, bar) for name in sets]),
            ):
                cells = [
                    f"{mean(run[0] for run in runs):.0f} %, {tell([run[1] for run in runs], 1)}" for runs in judged
                ]
                whole = [[mean(runs[seed][at] for runs in judged) for seed in range(SEEDS)] for at in range(3)]
                total = f"{mean(whole[0]):.0f} %, {tell(whole[1], 2)}, {mean(whole[2]):.2f}"
                print(f"| {way} | {pull:g} | {bar:g} | {' | '.join(cells)} | {total} |", flush=True)


if __name__ == "__main__":
    main()
