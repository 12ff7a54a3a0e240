"""Whether passages can be chosen among all experts' by what is known of them, better than by the generalist alone.

    python benchmarks/experts/evidence.py DATA_FOLDER [--questions 100]

DATA_FOLDER holds a folder a set, each with corpus.jsonl and questions.jsonl. All bundled personas walk; the first ten
passages of each are ranked anew by a learned sum that begins at the generalist's order. It weighs either where each
persona has a passage ("ranks"), or also ratings, the passage's features in the graph, and how much of the question
its best sentences hold ("all"). Printed is by how much recall@5 differs from the generalist's, in points: of the
doubtful questions of each set where the other kinds of text taught (left out), and of one half of all questions of a
set where the other half taught, over five seeds (halves).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean

import numpy as np
from question_sets import iterate_sets

from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.questions import GoldQuestion
from moe.experts.doubt import find_doubt
from moe.experts.settings import DoubtSettings
from moe.knowledge.graph.builder import QueryGraph
from moe.knowledge.graph.filling import find_passage_number
from moe.knowledge.graph.walking.decision import is_decided
from moe.knowledge.graph.walking.finding import make_finding
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms

FIRST, READ, DEPTH, STEPS, SEEDS = "generalist", 5, 10, 300, 5
PULLS = (0.02, 0.1, 0.5)  # towards the generalist's order


@dataclass(frozen=True)
class Sample:
    """A question: features of its passages, the generalist's order first, which are gold, and its gold's number."""

    ranks: np.ndarray
    values: np.ndarray
    prior: np.ndarray
    gold: list[frozenset[str]]
    wanted: int
    is_doubtful: bool

    def measure(self, order: Sequence[int]) -> float:
        return 100 * len(frozenset[str]().union(*(self.gold[at] for at in order[:READ]))) / self.wanted

    def read(self, columns: str) -> np.ndarray:
        return self.ranks if columns == "ranks" else np.column_stack([self.ranks, self.values])


def measure_sentences(graph: QueryGraph, text: str) -> list[float]:
    """How much of the question the best sentence holds, and the best two that follow each other."""
    weights = dict(zip(graph.question.terms, graph.question.weights.tolist(), strict=True))
    said = [set(find_terms(text[start:end])) for start, end in split_sentences(text)] or [set()]
    pairs = [one | other for one, other in pairwise(said)] or said
    return [max(sum(weights.get(term, 0.0) for term in some) for some in parts) for parts in (said, pairs)]


def make_sample(question: GoldQuestion, corpus: OpenedCorpus, gold: Gold) -> Sample | None:
    exploration = corpus.library.explore(question.question)
    graph, growth = exploration.graph, exploration.graph.growth
    if growth.rows is None:
        return None
    tops = {walk.persona.name: dict(walk.ranking[:DEPTH]) for walk in exploration.walks}
    first = next(walk for walk in exploration.walks if walk.persona.name == FIRST)
    whole = {node_id: (place, rating) for place, (node_id, rating) in enumerate(first.ranking)}
    pool = sorted({name for top in tops.values() for name in top}, key=lambda name: whole.get(name, (len(whole), 0))[0])
    places = {name: {node_id: at for at, node_id in enumerate(top)} for name, top in tops.items()}
    ranks = [[1 / (1 + at[name]) if name in at else 0.0 for at in places.values()] for name in pool]
    values, names = [], []
    wanted = {gold.ids[name] for name in question.gold}
    for name in pool:
        passage, place = graph.get_passage(name), growth.places[find_passage_number(name)]
        ratings = [top.get(name, 0.0) for top in tops.values()]
        sentences = measure_sentences(graph, passage.text)
        values.append([*ratings, growth.scores[place] / 10, *sentences, *growth.rows.values[place]])
        names.append(frozenset(gold.find_names(passage.passage_id, passage.document_id)) & wanted)
    known = np.array([whole.get(name, (len(whole), 0.0)) for name in pool])
    prior = np.log(np.maximum(known[:, 1], 1e-3)) - 0.05 * known[:, 0]
    finding = make_finding(graph, first, is_decided=is_decided(growth))
    is_doubtful = find_doubt(finding, DoubtSettings()) is not None
    return Sample(np.array(ranks), np.array(values), prior, names, len(wanted), is_doubtful)


def rank(samples: Sequence[tuple[Sample, float]], held: Sequence[Sample], columns: str, pull: float) -> float:
    """By how many points recall@5 of the held ones differs from the generalist's, taught by weighted samples."""
    whole = np.concatenate([sample.read(columns) for sample, _ in samples])
    middle, spread = whole.mean(axis=0), whole.std(axis=0) + 1e-6
    taught = [(sample, weight) for sample, weight in samples if 0 < sum(map(bool, sample.gold)) < len(sample.gold)]
    sizes = [len(sample.gold) for sample, _ in taught]
    values = np.concatenate([(sample.read(columns) - middle) / spread for sample, _ in taught])
    prior = np.concatenate([sample.prior for sample, _ in taught])
    aims = np.concatenate(
        [np.array([bool(one) for one in sample.gold]) / sum(map(bool, sample.gold)) for sample, _ in taught]
    )
    shares = np.repeat([weight for _, weight in taught], sizes) / sum(weight for _, weight in taught)
    owner, starts = np.repeat(np.arange(len(sizes)), sizes), np.cumsum([0, *sizes[:-1]])
    weights, speed, size = (np.zeros(values.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):  # Adam, over the log-likelihood of gold among a question's passages
        raw = prior + values @ weights
        likely = np.exp(raw - np.maximum.reduceat(raw, starts)[owner])
        likely /= np.add.reduceat(likely, starts)[owner]
        slope = values.T @ ((likely - aims) * shares) + pull * weights
        speed, size = 0.9 * speed + 0.1 * slope, 0.99 * size + 0.01 * slope**2
        weights -= 0.02 * speed / (1 - 0.9**step) / (np.sqrt(size / (1 - 0.99**step)) + 1e-8)
    gains = []
    for sample in held:
        order = np.argsort(-(sample.prior + (sample.read(columns) - middle) / spread @ weights), kind="stable")
        gains.append(sample.measure(order.tolist()) - sample.measure(range(len(sample.gold))))
    return mean(gains)


def find_family(name: str) -> str:
    return name.partition("-")[0]


def leave_out(sets: dict[str, list[Sample]], name: str, columns: str, pull: float) -> float:
    doubtful = {other: [one for one in samples if one.is_doubtful] for other, samples in sets.items()}
    others = [other for other in sets if find_family(other) != find_family(name)]
    families = [find_family(other) for other in others]
    taught = [
        (sample, 1 / len(doubtful[other]) / families.count(find_family(other)))
        for other in others
        for sample in doubtful[other]
    ]
    return rank(taught, doubtful[name], columns, pull)


def halve(samples: Sequence[Sample], columns: str, pull: float) -> float:
    gains = []
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(samples)).tolist()
        half = len(order) // 2
        gains.append(
            rank([(samples[at], 1.0) for at in order[:half]], [samples[at] for at in order[half:]], columns, pull)
        )
    return mean(gains)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=100, help="of each set, spread over it")
    given = parser.parse_args()
    sets = {}
    for one in iterate_sets(given.data, given.questions, with_everybody=True):
        made = [make_sample(question, one.corpus, one.gold) for question in one.questions]
        sets[one.name] = [sample for sample in made if sample is not None]
    print(f"| way | features | pull | {' | '.join(sets)} | mean |")
    for columns in ("ranks", "all"):
        for pull in PULLS:
            for way, gains in (
                ("left out", [leave_out(sets, name, columns, pull) for name in sets]),
                ("halves", [halve(samples, columns, pull) for samples in sets.values()]),
            ):
                cells = " | ".join(f"{gain:+.1f}" for gain in (*gains, mean(gains)))
                print(f"| {way} | {columns} | {pull} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
