"""Tabulate what every persona finds for every question of sets with known evidence, and which questions are doubtful.

    python benchmarks/experts/tabulate.py DATA_FOLDER --into FOLDER [--questions 100]

DATA_FOLDER holds a folder a set, each with corpus.jsonl and questions.jsonl. Writes FOLDER/SET.json: a question a row,
with its text, its kind, whether what the generalist found is doubtful, and recall@5 by persona, which learning.py
reads. Prints, of the sure and of the doubtful questions, the generalist's recall@5 and that of whoever found most.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from question_sets import iterate_sets

from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.questions import GoldQuestion
from moe.experts.doubt import find_doubt
from moe.experts.settings import DoubtSettings
from moe.experts.track_records import find_kind
from moe.knowledge.graph.walking.decision import is_decided
from moe.knowledge.graph.walking.finding import make_finding

READ = 5
FIRST = "generalist"


def tabulate(question: GoldQuestion, corpus: OpenedCorpus, gold: Gold) -> dict[str, Any]:
    exploration = corpus.library.explore(question.question)
    graph = exploration.graph
    recalls = {}
    is_doubtful = False
    for walk in exploration.walks:
        passages = (graph.get_passage(node_id) for node_id, _ in walk.ranking[:READ])
        recalls[walk.persona.name] = gold.measure_recall(question, passages)
        if walk.persona.name == FIRST:
            finding = make_finding(graph, walk, is_decided=is_decided(graph.growth))
            is_doubtful = find_doubt(finding, DoubtSettings()) is not None
    return {
        "question": question.question,
        "kind": find_kind(question.question),
        "is_doubtful": is_doubtful,
        "recalls": recalls,
    }


def find_mean(values: Sequence[float]) -> str:
    return f"{100 * sum(values) / len(values):.1f}" if values else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=100, help="of each set, spread over it")
    given = parser.parse_args()
    given.into.mkdir(exist_ok=True)
    print("| set | questions | sure | recall@5, sure | best of all | recall@5, doubtful | best of all |")
    for one in iterate_sets(given.data, given.questions, with_everybody=True):
        rows = [tabulate(question, one.corpus, one.gold) for question in one.questions]
        (given.into / f"{one.name}.json").write_text(json.dumps(rows), encoding="utf-8")
        cells = []
        for side in (False, True):
            chosen = [row["recalls"] for row in rows if row["is_doubtful"] is side]
            cells += [find_mean([row[FIRST] for row in chosen]), find_mean([max(row.values()) for row in chosen])]
        sure = sum(not row["is_doubtful"] for row in rows) / len(rows)
        print(f"| {one.name} | {len(rows)} | {100 * sure:.0f} % | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
