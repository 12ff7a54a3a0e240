"""Fit when words alone are taken in place of a walk, and judge it on kinds of text that the fit did not see.

    python benchmarks/retrieval/fit_words.py DATA_FOLDER [--most 300] [--seeds 5] [--write]

DATA_FOLDER is that of fit.py. Of every question are taken what the best matches by words and the question tell before
any graph is built (`WORD_SIGNS`), recall@5 and @10 of words alone and of the generalist's walk, and the CPU time of
both. A logistic regression, in which every family of sets counts the same, tells how likely the walk finds more among
the first five; words are taken below the highest chance at which no set of the fit loses more than 0.3 points. That,
and how strongly weights are drawn to zero, were chosen on the questions at even places of each set, with its family
left out of the fit.

Each family of sets is left out of the fit once: printed are, for its sets, the share of questions that are walked for,
what recall changes by it, in points, and what is left of the generalist's CPU time, over the questions at odd places.
For each seed the fit sees another four fifths of the other sets' questions; with the 95 % interval over the seeds. What
is kept with --write is fitted to all questions of all sets.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import TypeVar

import numpy as np
from fit import find_sets, read_corpus
from fit_decision import find_family

from moe.evaluation.questions import GoldQuestion, load_questions, spread_questions
from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.question.lookups import TermPostings
from moe.knowledge.graph.walking import words_first
from moe.knowledge.graph.walking.words_first import WORD_SIGNS, WordGate, read_word_signs
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import build_index
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import SearchSetup, Walker
from moe_core.contracts.evidence import Passage
from moe_core.contracts.persona import Persona
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

MOST_LOST = 0.003  # of recall@5, by any set of the fit
CHANCES = np.linspace(0.005, 0.3, 60)
SHARE = 0.8  # of the other sets' questions that a fit sees
PULL = 1e-2
STEPS = 40
DEPTHS = (5, 10)
T_OF_4 = 2.776  # Student's t for five seeds
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What is known of one set's questions. Shapes (questions, ...)."""

    signs: np.ndarray
    words: np.ndarray  # recall at each depth
    walk: np.ndarray
    cheap: np.ndarray  # CPU seconds of a search that ends with the words
    dear: np.ndarray  # of the generalist's
    telling: np.ndarray  # of the signs alone

    def take(self, places: Sequence[int]) -> "Asked":
        return Asked(*(column[list(places)] for column in vars(self).values()))


def clock(work: Callable[[], T], rounds: int = 2) -> tuple[T, float]:
    """What it comes to, and CPU seconds of the quickest round."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        made = work()
        spent.append(time.process_time() - started)
    return made, min(spent)


def measure_recall(question: GoldQuestion, passages: Sequence[Passage]) -> list[float]:
    gold = set(question.gold)
    return [len({one.passage_id for one in passages[:depth]} & gold) / len(gold) for depth in DEPTHS]


def ask_all(index: PassageIndex, questions: Sequence[GoldQuestion]) -> Asked:
    builder = GraphBuilder(index, LexicalRetriever().build(IndexCorpus(index)))
    walker = Walker(persona=Persona(name="generalist"), strategy=BeliefTraversal)
    walked = DocumentLibrary(index, setup=SearchSetup(retriever=LexicalRetriever(), walkers=(walker,)))
    columns: list[tuple[object, ...]] = []

    def search(question: str) -> list[Passage]:
        graph = builder.build(question)
        graph.find_verdict()
        return [index.get_sound_passage(number) for number in list(graph.found)[: max(DEPTHS)]]

    for question in questions:
        text = question.question
        graph = builder.build(text)
        if not question.gold or not graph.found or not graph.question.terms:
            continue
        found, cheap = clock(lambda text=text: search(text))
        hits, dear = clock(lambda text=text: walked.search(text, k=max(DEPTHS)))
        terms = TermPostings(index, graph.question.rows)
        signs, telling = clock(
            lambda graph=graph, terms=terms: read_word_signs(index, graph.question, terms, graph.found)
        )
        recalls = measure_recall(question, found), measure_recall(question, [hit.passage for hit in hits])
        columns.append((signs, *recalls, cheap, dear, telling))
    return Asked(*(np.array(column) for column in zip(*columns, strict=True)))


def fit(sets: Mapping[str, Asked]) -> WordGate:
    """The gate that these teach."""
    families = [find_family(name) for name in sets]
    values = np.concatenate([one.signs for one in sets.values()])
    finds_more = np.concatenate([one.walk[:, 0] > one.words[:, 0] for one in sets.values()]).astype(float)
    shares = np.concatenate(
        [np.full(len(one.signs), 1 / len(one.signs) / families.count(find_family(name))) for name, one in sets.items()]
    )
    shares /= shares.sum()
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = np.column_stack([(values - middle) / spread, np.ones(len(values))])
    pull = PULL * np.append(np.ones(len(WORD_SIGNS)), 0)
    weights = np.zeros(len(pull))
    for _ in range(STEPS):  # Newton's
        chances = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ ((chances - finds_more) * shares) + pull * weights
        bend = (scaled * (shares * chances * (1 - chances))[:, None]).T @ scaled + np.diag(pull + 1e-9)
        weights -= np.linalg.solve(bend, slope)
    raw = weights[:-1] / spread
    constant = float(weights[-1] - raw @ middle)
    gate = WordGate(dict(zip(WORD_SIGNS, raw.tolist(), strict=True)), constant, 0.0)
    for most in CHANCES:
        tried = WordGate(gate.weights, constant, float(most))
        if min(measure_change(one, decide(tried, one), 0) for one in sets.values()) < -MOST_LOST:
            break
        gate = tried
    return gate


def decide(gate: WordGate, asked: Asked) -> np.ndarray:
    """For which questions words are taken."""
    return np.array([gate.find_chance(signs) is not None for signs in asked.signs])


def measure_change(asked: Asked, by_words: np.ndarray, depth: int) -> float:
    """Of recall, by taking words for these questions."""
    return float(np.where(by_words, asked.words[:, depth] - asked.walk[:, depth], 0.0).mean())


def measure(asked: Asked, by_words: np.ndarray) -> tuple[float, ...]:
    """Share walked for, changes of recall@5 and @10 in points, share of CPU time left."""
    spent = np.where(by_words, asked.cheap, asked.dear + asked.telling).sum() / asked.dear.sum()
    changes = (100 * measure_change(asked, by_words, depth) for depth in range(len(DEPTHS)))
    return (100 * (1 - float(by_words.mean())), *changes, float(spent))


def judge(sets: Mapping[str, Asked], seed: int) -> dict[str, tuple[float, ...]]:
    """The figures of each set with its family left out of a fit to what the seed draws."""
    draw = random.Random(seed)
    drawn = {
        name: one.take(draw.sample(range(len(one.signs)), int(SHARE * len(one.signs)))) for name, one in sets.items()
    }
    found = {}
    for family in dict.fromkeys(map(find_family, sets)):
        gate = fit({name: one for name, one in drawn.items() if find_family(name) != family})
        for name, one in sets.items():
            if find_family(name) == family:
                held = one.take(range(1, len(one.signs), 2))
                found[name] = measure(held, decide(gate, held))
    return found


def tell(name: str, rows: Sequence[Sequence[float]]) -> None:
    cells = []
    for column, digits in zip(zip(*rows, strict=True), (0, 2, 2, 2), strict=True):
        half = T_OF_4 * stdev(column) / math.sqrt(len(column)) if len(column) > 1 else 0.0
        cells.append(f"{mean(column):.{digits}f} ± {half:.{digits}f}")
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the gate in the package")
    options = parser.parse_args()
    sets = {}
    for name, folder, is_titled in find_sets(options.data):
        index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
        sets[name] = ask_all(index, spread_questions(load_questions(folder / "questions.jsonl"), options.most))
    print("| set, left out | walked for, % | recall@5 | recall@10 | CPU time left |\n|---|--:|--:|--:|--:|")
    rounds = [judge(sets, seed) for seed in range(options.seeds)]
    for name in sets:
        tell(name, [one[name] for one in rounds])
    tell("mean", [[mean(column) for column in zip(*one.values(), strict=True)] for one in rounds])
    whole = fit(sets)
    weights = {name: round(weight, 3) for name, weight in whole.weights.items()}
    stored = {"weights": weights, "constant": round(whole.constant, 3), "most": round(whole.most, 4)}
    kept = WordGate(weights, round(whole.constant, 3), round(whole.most, 4))
    for name, one in sets.items():
        share, at_five, _, _ = measure(one, decide(kept, one))
        print(f"kept: {name:20s} walked for {share:3.0f} %, recall@5 {at_five:+.2f}")
    if options.write:
        path = Path(str(words_first.__file__)).with_suffix(".json")
        path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
