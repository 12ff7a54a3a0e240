"""How far to walk: what shorter walks find, and what they leave of the CPU time, beside the generalist's whole one.

    python benchmarks/retrieval/budgets.py DATA_FOLDER [--most 100]

DATA_FOLDER is that of fit.py. Each question is asked in each way before the next one, so that load falls on all alike:
of words alone; of a walk that visits no passage, so that the seeds are ordered by their own scores; of one that visits
an eighth, a quarter and half of the passages that each round would; of one round of three passages at most; of the
whole walk. Prints recall@5 in percent and the share of the whole walk's CPU time. The last column is the share that
would be left if it were known for each question which of these ways is the cheapest that finds no less.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import numpy as np
from fit import find_sets, read_corpus
from fit_words import clock, measure_recall

from moe.evaluation.questions import load_questions, spread_questions
from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.walking.column_walk import walk_columns
from moe.knowledge.graph.walking.decision import is_decided
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import build_index
from moe.knowledge.search import GraphLimits
from moe_core.contracts.evidence import Passage
from moe_core.contracts.persona import Persona
from moe_kit.graphs.columns import Places, Reached
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

SHOWN = 10
WHOLE = "whole"


def shorten(share: float, rounds: int = 2, most: int = 100) -> type[BeliefTraversal]:
    """A walk that visits a share of what each round would, and `most` at most."""

    class ShortWalk(BeliefTraversal):
        def choose_places(self, reached: Reached, available: Places, persona: Persona) -> Places:
            chosen = super().choose_places(reached, available, persona)
            if self._rounds > rounds or not len(chosen):
                return chosen[:0]
            return chosen[: min(most, max(1, round(share * len(chosen))))]

    return ShortWalk


WALKS = {
    "no passage": shorten(1.0, rounds=0),
    "an eighth": shorten(1 / 8),
    "a quarter": shorten(1 / 4),
    "half": shorten(1 / 2),
    "three, one round": shorten(1.0, rounds=1, most=3),
    WHOLE: BeliefTraversal,
}


def make_ways(index: PassageIndex) -> dict[str, Callable[[str], list[Passage]]]:
    builder = GraphBuilder(index, LexicalRetriever().build(IndexCorpus(index)))
    persona, limits = Persona(name="generalist"), GraphLimits()

    def search(question: str) -> list[Passage]:
        graph = builder.build(question)
        graph.find_verdict()
        return [index.get_sound_passage(number) for number in list(graph.found)[:SHOWN]]

    def walk(question: str, strategy: type[BeliefTraversal]) -> list[Passage]:
        graph = builder.build(question)
        most = 0 if is_decided(graph.growth) else limits.max_visits
        walked = walk_columns(graph, strategy, persona, max_visits=most, max_nodes=limits.max_nodes)
        return [graph.get_passage(node_id) for node_id, _ in walked.ranking[:SHOWN]]

    walks = {name: lambda question, kind=kind: walk(question, kind) for name, kind in WALKS.items()}
    return {"words": search, **walks}


def measure(index: PassageIndex, folder: Path, most: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Recall@5 in percent, share of the whole walk's CPU time, and that of the cheapest way known by hindsight."""
    ways = make_ways(index)
    recalls, times = [], []
    for question in spread_questions(load_questions(folder / "questions.jsonl"), most):
        text = question.question
        asked = [clock(lambda way=way, text=text: way(text)) for way in ways.values()]
        recalls.append([measure_recall(question, found)[0] for found, _ in asked])
        times.append([seconds for _, seconds in asked])
    recall, spent = np.array(recalls), np.array(times)
    enough = recall >= recall[:, -1:]
    cheapest = np.where(enough, spent.mean(axis=0), np.inf).argmin(axis=1)
    left = spent[np.arange(len(spent)), cheapest].sum() / spent[:, -1].sum()
    return 100 * recall.mean(axis=0), spent.sum(axis=0) / spent[:, -1].sum(), float(left)


def tell(name: str, recall: np.ndarray, share: np.ndarray, left: float) -> None:
    cells = [f"{found:.1f}, {cost:.2f}" for found, cost in zip(recall, share, strict=True)]
    print(f"| {name} | {' | '.join(cells)} | {left:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=100, help="questions of a set")
    options = parser.parse_args()
    print(f"| set | words | {' | '.join(WALKS)} | by hindsight |\n|---|{'--:|' * (len(WALKS) + 2)}")
    rows = []
    for name, folder, is_titled in find_sets(options.data):
        index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
        rows.append(measure(index, folder, options.most))
        tell(name, *rows[-1])
    recalls, shares, left = zip(*rows, strict=True)
    tell("mean", np.mean(recalls, axis=0), np.mean(shares, axis=0), mean(left))


if __name__ == "__main__":
    main()
