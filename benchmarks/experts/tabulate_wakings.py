"""Tabulate what is known of a question before others are woken, and what waking each of them would bring and cost.

    python benchmarks/experts/tabulate_wakings.py DATA_FOLDER --into FOLDER [--questions 200] [--only SET ...]

DATA_FOLDER holds a folder a set, each with corpus.jsonl and questions.jsonl. Writes FOLDER/SET.json, a question a row,
which wakings.py reads: the signs of the best matches by words; what the generalist's walk tells (how sure, how crowded,
how thin, how alike to the words' own ranking); recall at 5 of words, of everybody's walk, and of the generalist's
first passages with another's put among them in three ways; and CPU seconds, the least of two, of words alone, of the
generalist fixed, of moe with the generalist alone, and of moe with others woken (where it doubts what he brought).
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from question_sets import iterate_sets

from moe.app import App
from moe.contracts.experts import ExpertFinding
from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.questions import GoldQuestion
from moe.experts.cycle import ExpertCycle
from moe.experts.doubt import find_doubt
from moe.experts.settings import DoubtSettings
from moe.experts.track_records import find_kind
from moe.knowledge.graph.question.lookups import TermPostings
from moe.knowledge.graph.walking.decision import is_decided, read_signs
from moe.knowledge.graph.walking.finding import make_finding
from moe.knowledge.graph.walking.fusion import fuse_rankings
from moe.knowledge.graph.walking.words_first import read_word_signs
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import GuidedWalkers

FIRST, READ, DEPTH, ROUNDS = "generalist", 5, 10, 2
WORDS, FIXED, ALONE, WOKEN = "words", "fixed", "alone", "woken"


def make_libraries(app: App, corpus: OpenedCorpus) -> dict[str, DocumentLibrary]:
    """Who searches, by name; the last one has everybody walk."""
    guided = corpus.setup.guided
    assert guided is not None
    settings = app.config.experts.model_copy(update={"words_first": False})
    setups = {
        WORDS: replace(corpus.setup, walkers=()),
        FIXED: replace(corpus.setup, walkers=(guided.find_walker(FIRST),)),
    }
    for name, share in ((ALONE, 0.0), (WOKEN, 1.0)):
        chosen = settings.model_copy(update={"doubt": settings.doubt.model_copy(update={"share": share})})
        cycle = ExpertCycle(personas=app.registry.personas, scorers=app.registry.scorers, settings=chosen)
        setups[name] = replace(corpus.setup, guided=GuidedWalkers(guide=cycle, find_walker=guided.find_walker))
    setups["everybody"] = replace(
        corpus.setup, walkers=tuple(guided.find_walker(name) for name in app.registry.personas.names())
    )
    return {name: DocumentLibrary(corpus.library.index, setup=setup) for name, setup in setups.items()}


def join(first: Sequence[str], other: Sequence[str], kept: int) -> list[str]:
    """The first so many of one, then what the other has, then the rest."""
    return list(dict.fromkeys([*first[:kept], *other[:READ], *first]))[:READ]


def read_finding(finding: ExpertFinding) -> dict[str, float]:
    ratings = [*finding.ratings, *[0.0] * DEPTH]
    documents = {finding.read(node_id).document_id for node_id in finding.node_ids[:READ]}
    return {
        "second": ratings[1],
        "fifth": ratings[4],
        "sixth": ratings[5],
        "gap": ratings[4] - ratings[5],
        "covered": finding.covered,
        "documents": len(documents) / READ,
        "reached": min(1.0, finding.reached / 200),
    }


def tabulate(question: GoldQuestion, libraries: Mapping[str, DocumentLibrary], gold: Gold) -> dict[str, Any] | None:
    text = question.question
    index = libraries[WORDS].index
    exploration = libraries["everybody"].explore(text)
    graph = exploration.graph
    if graph.growth.rows is None or not graph.found or not graph.question.terms:
        return None
    terms = TermPostings(index, graph.question.rows)
    seconds: dict[str, float] = {}
    hits: dict[str, list[str]] = {}
    recalls: dict[str, float] = {}
    recalls_deep: dict[str, float] = {}
    for name in (WORDS, FIXED, ALONE, WOKEN):
        spent = []
        for _ in range(ROUNDS):
            started = time.process_time()
            found = libraries[name].search(text, k=DEPTH)
            spent.append(time.process_time() - started)
        seconds[name] = min(spent)
        hits[name] = [hit.passage.passage_id for hit in found]
        recalls[name] = gold.measure_recall(question, [hit.passage for hit in found[:READ]])
        recalls_deep[name] = gold.measure_recall(question, [hit.passage for hit in found])
    walks = {walk.persona.name: walk for walk in exploration.walks}
    lead = walks[FIRST]
    decided = is_decided(graph.growth)
    finding = make_finding(graph, lead, is_decided=decided)
    doubt = find_doubt(finding, DoubtSettings())
    firsts = [node_id for node_id, _ in lead.ranking[:DEPTH]]

    def measure(node_ids: Sequence[str]) -> float:
        return gold.measure_recall(question, [graph.get_passage(name) for name in node_ids[:READ]])

    experts = {}
    for name, walk in walks.items():
        own = [node_id for node_id, _ in walk.ranking[:DEPTH]]
        fused = [node_id for node_id, _ in fuse_rankings([lead.ranking, walk.ranking], most=READ)]
        experts[name] = {
            "leads": measure(own),
            "fused": measure(fused),
            "after_three": measure(join(firsts, own, 3)),
            "after_four": measure(join(firsts, own, 4)),
            "agreement": len(set(own[:READ]) & set(firsts[:READ])) / READ,
        }
    consultation = libraries[WOKEN].explore(text, k=DEPTH).consultation
    assert consultation is not None
    return {
        "question": text,
        "kind": find_kind(text),
        "words_signs": read_word_signs(index, graph.question, terms, graph.found).tolist(),
        "decision_signs": read_signs(graph.growth).tolist(),
        "walk_signs": {
            **read_finding(finding),
            "agreement": len(set(hits[WORDS][:READ]) & set(hits[FIXED][:READ])) / READ,
            "same_first": float(hits[WORDS][:1] == hits[FIXED][:1]),
        },
        "decided": decided,
        "doubt": doubt.reason if doubt else "",
        "woken": [one.persona for one in consultation.choices[1:]],
        "lead": consultation.lead,
        "added": len(consultation.added),
        "seconds": seconds,
        "recalls": recalls,
        "recalls_deep": recalls_deep,
        "experts": experts,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200, help="of each set, spread over it")
    given = parser.parse_args()
    given.into.mkdir(exist_ok=True)
    for one in iterate_sets(given.data, given.questions):
        libraries = make_libraries(one.app, one.corpus)
        for library in libraries.values():
            library.search(one.questions[0].question, k=1)  # reads what is read once
        made = [tabulate(question, libraries, one.gold) for question in one.questions]
        rows = [row for row in made if row is not None]
        (given.into / f"{one.name}.json").write_text(json.dumps(rows), encoding="utf-8")
        print(one.name, len(rows), flush=True)


if __name__ == "__main__":
    main()
