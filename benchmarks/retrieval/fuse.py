"""Compare ways of joining words and vectors in one ranking, without the graph.

    python benchmarks/retrieval/fuse.py DATA_FOLDER --cache FOLDER

Prints recall at 2, 5, 10 and 40, in percent, of each set as it is and without titles: BM25, cosines, reciprocal ranks
with several dampings, and sums of both scores, each relative to its best, with several shares.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from fit import read_corpus

from moe.evaluation.questions import load_questions
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.update.builder import build_index
from moe_kit.retrieval.bm25 import LexicalIndex
from moe_kit.retrieval.dense import DenseIndex

DEPTH = 100
CUTS = (2, 5, 10, 40)
Ranking = Mapping[int, float]


def rank_by_places(words: Ranking, meaning: Ranking, damping: int) -> Ranking:
    total: dict[int, float] = {}
    for ranking in (words, meaning):
        for place, name in enumerate(ranking):
            total[name] = total.get(name, 0.0) + 1 / (damping + 1 + place)
    return total


def rank_by_sum(words: Ranking, cosines: Ranking, share: float) -> Ranking:
    best_words, best_cosine = max(words.values(), default=1.0), max(cosines.values(), default=1.0)
    least = min(words.values(), default=0.0) if len(words) == DEPTH else 0.0
    return {
        name: share * words.get(name, least) / best_words + (1 - share) * cosine / best_cosine
        for name, cosine in cosines.items()
    }


WAYS: dict[str, Callable[[Ranking, Ranking, Ranking], Ranking]] = {
    "words": lambda words, meaning, cosines: words,
    "meaning": lambda words, meaning, cosines: meaning,
    **{f"ranks {k}": (lambda w, m, c, k=k: rank_by_places(w, m, k)) for k in (5, 20, 60)},
    **{f"sum {a}": (lambda w, m, c, a=a: rank_by_sum(w, c, a)) for a in (0.3, 0.4, 0.5, 0.6, 0.7)},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, help="where vectors are kept")
    options = parser.parse_args()
    for folder in sorted(path for path in options.data.iterdir() if (path / "corpus.jsonl").exists()):
        for is_titled in (True, False):
            print(folder.name, "titled" if is_titled else "untitled", flush=True)
            index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
            corpus = IndexCorpus(index, cache_folder=options.cache)
            words, meaning = LexicalIndex(corpus), DenseIndex(corpus)
            recalls: dict[str, list[list[float]]] = {name: [] for name in WAYS}
            for question in load_questions(folder / "questions.jsonl"):
                by_words, by_meaning = (dict(found.search(question.question, k=DEPTH)) for found in (words, meaning))
                numbers = list(by_words | by_meaning)
                vectors = np.asarray(meaning.find_vectors(numbers))
                cosines = (vectors @ np.asarray(meaning.embed_query(question.question))).tolist()
                for name, way in WAYS.items():
                    fused = way(by_words, by_meaning, dict(zip(numbers, cosines, strict=True)))
                    gold = {index.find_number(name) for name in question.gold}
                    hits = [found in gold for found in sorted(fused, key=lambda found: -fused[found])]
                    recalls[name].append([sum(hits[:cut]) / len(question.gold) for cut in CUTS])
            for name, rows in recalls.items():
                print(f"  {name:10s}" + "".join(f"{value:7.1f}" for value in 100 * np.mean(rows, axis=0)), flush=True)


if __name__ == "__main__":
    main()
