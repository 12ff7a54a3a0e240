"""Fit when a question is decided before anybody walks, and judge it on sets that the fit did not see.

    python benchmarks/retrieval/fit_decision.py DATA_FOLDER [--most 120]

DATA_FOLDER is that of fit.py. Every question is asked twice, with a walk and without any visit; the fit tells from
what is known before the walk (`read_signs`) how likely the walk finds more gold among the first five. The threshold is
the highest at which no set of the fit loses more than 0.3 points. Each family of sets is left out once: printed are the
share of its questions that would not be walked for, and what recall@5 loses by it. The lowest threshold of these fits
is the one to use: other people's texts are a family left out.
"""

import argparse
from pathlib import Path

import numpy as np
from fit import find_sets, read_corpus

from moe.evaluation.questions import load_questions, spread_questions
from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.walking.column_walk import walk_columns
from moe.knowledge.graph.walking.decision import SIGNS, read_signs
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.update.builder import build_index
from moe_core.contracts.persona import Persona
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

MOST_LOST = 0.003
PULL = 2e-3
STEPS = 4000
Sets = dict[str, tuple[np.ndarray, np.ndarray]]


def collect(data: Path, most: int) -> Sets:
    """Of every set the signs of its questions, and what of their gold only a walk finds among the first five."""
    persona = Persona(name="generalist")
    sets = {}
    for name, folder, is_titled in find_sets(data):
        index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
        builder = GraphBuilder(index, LexicalRetriever().build(IndexCorpus(index)))
        signs, gains = [], []
        for question in spread_questions(load_questions(folder / "questions.jsonl"), most):
            graph = builder.build(question.question)
            if graph.rows is None:
                continue
            signs.append(read_signs(graph.growth))
            found = []
            for visits in (0, 100):
                ranking = walk_columns(graph, BeliefTraversal, persona, max_visits=visits).ranking[:5]
                first = {graph.get_passage(node_id).passage_id for node_id, _ in ranking}
                found.append(len(first & set(question.gold)) / len(question.gold))
            gains.append(found[1] - found[0])
        sets[name] = np.array(signs), np.array(gains)
        print(f"  {name}: a walk adds {100 * sets[name][1].mean():.1f}", flush=True)
    return sets


def find_family(name: str) -> str:
    return name.partition(" ")[0].partition("/")[0]


def fit(sets: Sets) -> np.ndarray:
    """Logistic regression in which every family of sets counts the same; the last weight is the constant."""
    families = [find_family(name) for name in sets]
    values = np.concatenate([signs for signs, _ in sets.values()])
    is_gain = np.concatenate([gains > 0 for _, gains in sets.values()]).astype(float)
    shares = np.concatenate(
        [np.full(len(gains), 1 / len(gains) / families.count(find_family(name))) for name, (_, gains) in sets.items()]
    )
    shares /= shares.sum()
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    values = np.column_stack([(values - middle) / spread, np.ones(len(values))])
    weights = np.zeros(values.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-values @ weights))
        weights -= 2 * (values.T @ ((chances - is_gain) * shares) + PULL * np.append(weights[:-1], 0))
    scaled = weights[:-1] / spread
    return np.append(scaled, weights[-1] - scaled @ middle)


def rate(weights: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """How likely a walk adds something."""
    return np.asarray(1 / (1 + np.exp(-(signs @ weights[:-1] + weights[-1]))))


def find_threshold(weights: np.ndarray, sets: Sets) -> float:
    best = 0.0
    for threshold in np.linspace(0.005, 0.3, 60):
        lost = [gains[rate(weights, signs) < threshold].sum() / len(gains) for signs, gains in sets.values()]
        if max(lost) > MOST_LOST:
            break
        best = float(threshold)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=120)
    options = parser.parse_args()
    sets = collect(options.data, options.most)
    thresholds = []
    for family in dict.fromkeys(find_family(name) for name in sets):
        seen = {name: columns for name, columns in sets.items() if find_family(name) != family}
        weights = fit(seen)
        threshold = find_threshold(weights, seen)
        thresholds.append(threshold)
        for name, (signs, gains) in sets.items():
            if find_family(name) == family:
                is_decided = rate(weights, signs) < threshold
                lost = 100 * gains[is_decided].sum() / len(gains)
                print(f"left out: {name:18s} {100 * is_decided.mean():3.0f} % not walked for, {lost:+.2f} points lost")
    weights = fit(sets)
    print("weights", dict(zip((*SIGNS, "constant"), weights.round(3).tolist(), strict=True)))
    print("threshold", round(min(thresholds), 3))


if __name__ == "__main__":
    main()
