"""What feedback on some questions of a collection brings to the choice between words and walks for its others.

    python benchmarks/retrieval/fit_leaning.py DATA_FOLDER [--most 300] [--beforehand 4]

DATA_FOLDER is that of fit.py. The gate is fitted as fit_words.py does, with the set's family left out. One half of the
set's questions, drawn anew for each of five seeds, gives feedback as `moe experts train` does: a walk found more than
words, or not. On the other half is judged after no, a fifth and all of it: share of the questions that are walked for,
what recall changes beside walking always, in points, and what is left of the generalist's CPU time (the walk's own, of
both); with the 95 % interval over the seeds. --beforehand tries another 1 / deviation ** 2 of the shift.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

import numpy as np
from fit import find_sets, read_corpus
from fit_decision import find_family
from fit_words import Asked, ask_all, fit, measure, tell

from moe.contracts.search import WordsTrial
from moe.evaluation.questions import load_questions, spread_questions
from moe.experts.words_leaning import WordsLeaning
from moe.knowledge.graph.walking.words_first import WordGate
from moe.knowledge.index.update.builder import build_index

SEEDS = 5
SHARES = (0.0, 0.2, 1.0)
Figures = dict[float, tuple[float, ...]]


def learn(taught: Asked, gate: WordGate, beforehand: float) -> WordsLeaning:
    """What these questions teach, in that order."""
    trials = [
        WordsTrial(chance=gate.measure_chance(signs), words=float(words[0]), walk=float(walk[0]))
        for signs, words, walk in zip(taught.signs, taught.words, taught.walk, strict=True)
        if replace_most(gate, 1.0).find_chance(signs) is not None
    ]
    return WordsLeaning(precision=beforehand).learn(trials)


def replace_most(gate: WordGate, most: float) -> WordGate:
    return WordGate(gate.weights, gate.constant, most)


def judge(asked: Asked, gate: WordGate, seed: int, beforehand: float) -> Figures:
    """The figures of the half that does not teach, by the share of the other one that does."""
    order = list(range(len(asked.signs)))
    random.Random(seed).shuffle(order)
    half = len(order) // 2
    held = asked.take(order[half:])
    found = {}
    for share in SHARES:
        shift = learn(asked.take(order[: round(share * half)]), gate, beforehand).shift if share else 0.0
        by_words = np.array([gate.find_chance(signs, shift) is not None for signs in held.signs])
        found[share] = measure(held, by_words)
    return found


def show(name: str, runs: Sequence[Figures]) -> None:
    for share in SHARES:
        tell(f"{name}, {share:.0%}", [run[share] for run in runs])


def show_mean(name: str, runs: Mapping[str, Sequence[Figures]]) -> None:
    whole = [
        {share: tuple(map(mean, zip(*(some[seed][share] for some in runs.values()), strict=True))) for share in SHARES}
        for seed in range(SEEDS)
    ]
    show(name, whole)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=300, help="questions of a set")
    parser.add_argument("--beforehand", type=float, default=WordsLeaning().precision)
    options = parser.parse_args()
    sets, again = {}, set()
    for name, folder, is_titled in find_sets(options.data):
        index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
        sets[name] = ask_all(index, spread_questions(load_questions(folder / "questions.jsonl"), options.most))
        if not is_titled and f"{folder.relative_to(options.data).as_posix()} titled" in sets:
            again.add(name)
    report(sets, again, options.beforehand)


def report(sets: Mapping[str, Asked], again: set[str], beforehand: float) -> None:
    """Print every set's figures, and the means: of all, and without those that are others without their titles."""
    print("| set, feedback | walked for, % | recall@5 | recall@10 | CPU time left |\n|---|--:|--:|--:|--:|")
    gates = {
        family: fit({name: one for name, one in sets.items() if find_family(name) != family})
        for family in {find_family(name) for name in sets}
    }
    runs = {
        name: [judge(one, gates[find_family(name)], seed, beforehand) for seed in range(SEEDS)]
        for name, one in sets.items()
    }
    for name, some in runs.items():
        show(name, some)
    show_mean("mean", runs)
    show_mean("mean of those with titles where there are any", {k: v for k, v in runs.items() if k not in again})


if __name__ == "__main__":
    main()
