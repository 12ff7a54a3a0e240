"""What a question costs in CPU, and finds, by who looks into it.

    python benchmarks/experts/cost.py DATA_FOLDER [--questions 100]

DATA_FOLDER holds a folder a set, each with corpus.jsonl and questions.jsonl. Every question is asked of each before
the next one, so that load falls on all alike: of the search for words alone; of the generalist, fixed; of moe as it
is set; of moe when somebody walks for every question; and of that when all doubtful ones wake others. Prints CPU time
as a share of the fixed generalist's, recall at 5 and 10 in percent; then for how many questions moe as it is set walks,
in how many others are woken where all doubtful ones do so, in how many they add passages, and in how many some that is
gold and was not among the ten of the generalist. Last, the share of CPU time that would be left if it were known
beforehand for which questions words alone find as much.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from msgspec.structs import replace
from question_sets import iterate_sets

from moe.app import App
from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.questions import GoldQuestion
from moe.experts.cycle import ExpertCycle
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import GuidedWalkers

WORDS, FIXED, DEFAULT, WALKED, ALWAYS = WAYS = "words", "generalist", "default", "walked", "always"
COSTED = tuple(one for one in WAYS if one != FIXED)
DEPTHS = (5, 10)
ROUNDS = 2  # times that each question is asked; the quicker one counts


def make_libraries(app: App, corpus: OpenedCorpus) -> dict[str, DocumentLibrary]:
    guided = corpus.setup.guided
    assert guided is not None
    settings = app.config.experts
    walked = settings.model_copy(update={"words_first": False})
    always = walked.model_copy(update={"doubt": settings.doubt.model_copy(update={"share": 1.0})})
    setups = {
        WORDS: replace(corpus.setup, walkers=()),
        FIXED: replace(corpus.setup, walkers=(guided.find_walker(FIXED),)),
    }
    for name, chosen in ((DEFAULT, settings), (WALKED, walked), (ALWAYS, always)):
        cycle = ExpertCycle(personas=app.registry.personas, scorers=app.registry.scorers, settings=chosen)
        setups[name] = replace(corpus.setup, guided=GuidedWalkers(guide=cycle, find_walker=guided.find_walker))
    return {name: DocumentLibrary(corpus.library.index, setup=setup) for name, setup in setups.items()}


def ask(question: GoldQuestion, libraries: Mapping[str, DocumentLibrary], gold: Gold) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, library in libraries.items():
        seconds = []
        for _ in range(ROUNDS):
            started = time.process_time()
            hits = library.search(question.question, k=max(DEPTHS))
            seconds.append(time.process_time() - started)
        found = [hit.passage for hit in hits]
        recalls = [100 * gold.measure_recall(question, found[:depth]) for depth in DEPTHS]
        row[name] = {"seconds": min(seconds), "recalls": recalls, "found": found}
    exploration = libraries[ALWAYS].explore(question.question, k=max(DEPTHS))
    consultation = exploration.consultation
    assert consultation is not None
    known = {one.passage_id for one in row[FIXED]["found"]}
    added = [exploration.graph.get_passage(node_id) for node_id, _ in consultation.added]
    new = [one for one in added if one.passage_id not in known]
    row["walks"] = libraries[DEFAULT].explore(question.question, k=1).verdict is None
    row["woken"] = len(consultation.choices) > 1
    row["added"] = bool(added)
    row["gold"] = gold.measure_recall(question, new) > 0
    return row


def find_cost(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    return float(sum(row[name]["seconds"] for row in rows) / sum(row[FIXED]["seconds"] for row in rows))


def foresee(rows: Sequence[Mapping[str, Any]]) -> float:
    """What would be left of the cost if words alone were taken wherever they find as much."""
    spent = sum(
        row[WORDS if row[WORDS]["recalls"][0] >= row[FIXED]["recalls"][0] else FIXED]["seconds"] for row in rows
    )
    return float(spent / sum(row[FIXED]["seconds"] for row in rows))


def show(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[float, ...]:
    costs = [find_cost(rows, one) for one in COSTED]
    recalls = [mean(row[one]["recalls"][at] for row in rows) for at in (0, 1) for one in WAYS]
    counts = [sum(row[key] for row in rows) for key in ("walks", "woken", "added", "gold")]
    cells = [*(f"{cost:.2f}" for cost in costs), *(f"{value:.1f}" for value in recalls), *map(str, counts)]
    print(f"| {name} | {len(rows)} | {' | '.join(cells)} | {foresee(rows):.2f} |", flush=True)
    return (*costs, *recalls, foresee(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=100, help="of each set, spread over it")
    given = parser.parse_args()
    heads = [f"cost, {one}" for one in COSTED] + [f"@{depth}, {one}" for depth in DEPTHS for one in WAYS]
    print(f"| set | questions | {' | '.join(heads)} | walks | woken | added | added gold | foreseen |")
    figures = []
    for one in iterate_sets(given.data, given.questions):
        libraries = make_libraries(one.app, one.corpus)
        for library in libraries.values():
            library.search(one.questions[0].question, k=1)  # reads what is read once
        figures.append(show(one.name, [ask(question, libraries, one.gold) for question in one.questions]))
    print("mean:", " ".join(f"{mean(column):.2f}" for column in zip(*figures, strict=True)))


if __name__ == "__main__":
    main()
