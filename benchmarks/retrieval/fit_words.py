"""Whether it is known before any graph is built that words alone find as much as the generalist's walk.

    python benchmarks/retrieval/fit_words.py DATA_FOLDER [--most 100]

DATA_FOLDER is that of fit.py. Of every question are taken what the ranking by words and the reading of the question
tell (`SIGNS`), recall@5 of words alone and of the generalist, and the CPU time of both. A fit as in fit_decision.py
tells how likely the walk finds more; the threshold is the highest at which no set of the fit loses more than a point.
Each family of sets is left out once: printed are the share of its questions for which words alone would do, what
recall@5 loses by it, and what is left of the generalist's CPU time. Nothing in moe uses it: see
docs/explanation/experts.md.
"""

import argparse
import time
from pathlib import Path
from statistics import mean

import numpy as np
from fit import find_sets, read_corpus
from fit_decision import find_family, fit, rate

from moe.evaluation.questions import GoldQuestion, load_questions, spread_questions
from moe.knowledge.graph.builder import POOL, QueryGraph
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import build_index
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import SearchSetup, Walker
from moe_core.contracts.evidence import Hit
from moe_core.contracts.persona import Persona
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

SIGNS = (
    "lead",  # how far the best match by words is ahead of the second
    "lead_of_five",  # of the sixth
    "gap",  # between the fifth and the sixth
    "cover",  # share of the question's weight that the best match has
    "cover_of_five",  # that the first five have together
    "rare",  # share of the question's two rarest words that the best match has
    "match",  # its score, of the highest that there could be
    "found",  # share of the passages asked for that were found
    "terms",
    "titled",  # titled documents for each passage of the collection
    "named",  # share of the question that names passages
    "names",
)
MOST_LOST = 0.01
Sets = dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]


def read_signs(graph: QueryGraph, index: PassageIndex, hits: list[Hit]) -> list[float]:
    question, growth = graph.question, graph.growth
    assert growth.rows is not None
    scores = [hit.score for hit in hits] + [0.0] * 6
    numbers = [index.find_number(hit.passage.passage_id) for hit in hits[:5]]
    has = growth.rows.has_term[[growth.places[number] for number in numbers if number is not None]]
    weights = question.weights
    most = float(question.rarities.sum()) * 2.2 or 1.0  # BM25 of all words, repeated without end
    return [
        1 - scores[1] / scores[0],
        1 - scores[5] / scores[0],
        (scores[4] - scores[5]) / scores[0],
        float(has[0] @ weights),
        float(has.any(axis=0) @ weights),
        float(has[0][np.argsort(-weights)[:2]].mean()),
        scores[0] / most,
        len(hits) / POOL,
        len(weights) / 10,
        index.titled_share,
        sum(thing.share for thing in question.named if not thing.mention.is_lower),
        len(question.named) / 3,
    ]


def ask(question: GoldQuestion, library: DocumentLibrary) -> tuple[float, float]:
    """Recall@5, and CPU seconds."""
    seconds = []
    for _ in range(3):
        started = time.process_time()
        hits = library.search(question.question, k=10)
        seconds.append(time.process_time() - started)
    found = {hit.passage.passage_id for hit in hits[:5]}
    return len(found & set(question.gold)) / len(question.gold), min(seconds)


def collect(data: Path, most: int) -> Sets:
    """Of every set the signs of its questions, what of their gold only the walk finds, and CPU of both."""
    walker = Walker(persona=Persona(name="generalist"), strategy=BeliefTraversal)
    sets = {}
    for name, folder, is_titled in find_sets(data):
        index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
        words = DocumentLibrary(index, setup=SearchSetup(retriever=LexicalRetriever()))
        walked = DocumentLibrary(index, setup=SearchSetup(retriever=LexicalRetriever(), walkers=(walker,)))
        signs, gains, costs = [], [], []
        for question in spread_questions(load_questions(folder / "questions.jsonl"), most):
            graph = walked.explore(question.question, k=1).graph
            hits = words.search(question.question, k=POOL)
            if graph.rows is None or not hits or not question.gold:
                continue
            signs.append(read_signs(graph, index, hits))
            (by_words, cheap), (by_walk, dear) = ask(question, words), ask(question, walked)
            gains.append(by_walk - by_words)
            costs.append((cheap, dear))
        sets[name] = np.array(signs), np.array(gains), np.array(costs)
        print(f"  {name}: a walk adds {100 * sets[name][1].mean():.1f}", flush=True)
    return sets


def find_threshold(weights: np.ndarray, sets: Sets) -> float:
    best = 0.0
    for threshold in np.linspace(0.005, 0.5, 100):
        if (
            max(gains[rate(weights, signs) < threshold].sum() / len(gains) for signs, gains, _ in sets.values())
            > MOST_LOST
        ):
            break
        best = float(threshold)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=100)
    options = parser.parse_args()
    sets = collect(options.data, options.most)
    left = []
    for family in dict.fromkeys(find_family(name) for name in sets):
        seen = {name: columns for name, columns in sets.items() if find_family(name) != family}
        weights = fit({name: (signs, gains) for name, (signs, gains, _) in seen.items()})
        threshold = find_threshold(weights, seen)
        for name, (signs, gains, costs) in sets.items():
            if find_family(name) == family:
                is_sure = rate(weights, signs) < threshold
                cost = np.where(is_sure, costs[:, 0], costs[:, 1]).sum() / costs[:, 1].sum()
                lost = 100 * gains[is_sure].sum() / len(gains)
                left.append(cost)
                told = f"{100 * is_sure.mean():3.0f} % by words, {lost:+.2f} points lost, {cost:.2f} of CPU"
                print(f"left out: {name:18s} {told}")
    print(f"mean over sets: {mean(left):.2f} of CPU, without what it costs to tell")


if __name__ == "__main__":
    main()
