"""Questions with what a search brings for them, the sentences and rows that answer marked: what a ranker learns of.

    python benchmarks/answers/training_groups.py FOLDER [01] … [13] [first] … [eleventh] [--data DIR hotpot xquad/en]

A file of each named set is written into FOLDER. 01 to 13 are in `training.tar.xz`: documents of many kinds (letters,
minutes, contracts, manuals, chats, logs, tables, lexicon articles; 13 mostly German), written for this alone, each
NN.md (.txt, .csv, .html) with NN.jsonl: a question, the sentences that answer it to the letter (none where the document
does not), and the shortest answer. Six documents make a collection. The others are the judged collections beside this
file and sets of questions in DIR.
"""

import argparse
import json
import pickle
import random
import shutil
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_refusal import find_evidence
from judge import HERE, open_collection, read_questions, says
from numpy.typing import NDArray

from moe.app import App
from moe.evaluation.corpus import open_corpus
from moe.knowledge.library import DocumentLibrary
from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.unit_ranker import is_fitting, load_unit_weights
from moe_kit.extraction.unit_signs import sign_units
from moe_kit.extraction.units import Unit, split_evidence

TRAINING = HERE / "training.tar.xz"
DOCUMENTS_EACH = 6  # of a collection
ADDED_MAX = 12  # passages of the document that answers, where the search has missed it
MOST = 800  # questions of a shared set

IsGold = Callable[[Unit], bool]


@dataclass(frozen=True)
class Group:
    """A question over one state of its documents.

    Attributes:
        state: "there", "taken out" (the units that answer), "never there", "not found" by the search, or "added": not
            found, and the passages of its document put beside what was.
        units: All that the search has brought.
        candidates: Places of those that are rated; empty where none is.
        rules: Their scores by rules.
        is_gold: Which of them answer.
        is_fitting: Which say most of the question.
        short: The shortest answers that are known.
    """

    name: str
    question: str
    state: str
    units: list[Unit]
    candidates: NDArray[np.int64]
    rules: NDArray[np.float64]
    is_gold: NDArray[np.bool_]
    is_fitting: NDArray[np.bool_]
    short: tuple[str, ...]


def make_groups(
    name: str, question: str, short: Sequence[str], evidence: Sequence[Evidence], is_gold: IsGold, *, is_answered: bool
) -> Iterator[Group]:
    """The question with what answers, and without."""
    units = split_evidence(evidence)
    gold = [unit for unit in units if is_answered and unit.can_be_quoted and is_gold(unit)]
    state = "there" if gold else "not found" if is_answered else "never there"
    yield rate(name, question, state, units, gold, short)
    if gold:
        yield rate(name, question, "taken out", [unit for unit in units if unit not in gold], [], ())


def rate(name: str, question: str, state: str, units: list[Unit], gold: Sequence[Unit], short: Sequence[str]) -> Group:
    """A group with what the rules say."""
    query = parse_query(question)
    signed = sign_units(query, rank_units(query, units), units)
    places = {unit: place for place, unit in enumerate(units)}
    weights = load_unit_weights()
    return Group(
        name, question, state, units,
        np.array([places[one.candidate.unit] for one in signed], dtype=np.int64),
        np.array([weights.rate(one.signs) for one in signed]),
        np.array([one.candidate.unit in gold for one in signed], dtype=np.bool_),
        np.array([is_fitting(one) for one in signed], dtype=np.bool_),
        tuple(short),
    )  # fmt: skip


def gather_training(name: str, source: Path) -> Iterator[Group]:
    """The groups of one part of `training.tar.xz`."""
    answers = sorted((source / name).glob("*.jsonl"))
    for first in range(0, len(answers), DOCUMENTS_EACH):
        part = [(file, next(one for one in file.parent.glob(f"{file.stem}.*") if one != file)) for file in
                answers[first : first + DOCUMENTS_EACH]]  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            for _, document in part:
                shutil.copy(document, folder)
            with open_collection(Path(folder)) as (_, library):
                for file, document in part:
                    for line in file.read_text(encoding="utf-8").splitlines():
                        yield from gather_question(name, json.loads(line), document.name, library)


def gather_question(name: str, asked: dict, document: str, library: DocumentLibrary) -> Iterator[Group]:
    """The groups of a question."""
    quotes = [flatten(quote) for quote in asked["quote"]]

    def is_gold(unit: Unit) -> bool:
        text = flatten(unit.text)
        is_there = any(quote in text or (len(text) > 15 and text in quote) for quote in quotes)
        return is_there and unit.evidence.document.endswith(document)

    short = [asked["short"]] if asked["short"] else []
    evidence = find_evidence(library, asked["question"], frozenset())
    groups = list(make_groups(name, asked["question"], short, evidence, is_gold, is_answered=bool(quotes)))
    yield from groups
    if groups[0].state == "not found":
        found = {one.passage_id for one in evidence}
        own = [one for one in library.passages if one.document_id.endswith(document) and one.passage_id not in found]
        more = [*evidence, *(one.as_evidence(0.5) for one in own[:ADDED_MAX])]
        units = split_evidence(more)
        gold = [unit for unit in units if unit.can_be_quoted and is_gold(unit)]
        if gold:
            yield rate(name, asked["question"], "added", units, gold, short)


def gather_judged(half: str) -> Iterator[Group]:
    """The groups of a set of judged collections."""
    for folder in sorted(path for path in (HERE / half).iterdir() if path.is_dir()):
        with open_collection(folder) as (_, library):
            for asked in read_questions(folder):
                spans = [span for span in asked.right if span not in ("Yes", "No")]
                if spans or not asked.right:
                    evidence = find_evidence(library, asked.text, frozenset())
                    yield from make_groups(
                        half, asked.text, spans, evidence, lambda unit, spans=spans: says(unit.text, spans),
                        is_answered=bool(spans),
                    )  # fmt: skip


def gather_shared(name: str, data: Path) -> Iterator[Group]:
    """The groups of a set of questions over passages, in a folder of DATA."""
    questions = [json.loads(line) for line in (data / name / "questions.jsonl").open(encoding="utf-8")]
    random.Random(5).shuffle(questions)
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), overrides={"system.record": False, "system.provider": "extractive"})
        library = open_corpus(str(data / name / "corpus.jsonl"), app).library
        for asked in questions[:MOST]:
            answer, gold = asked["answer"].strip(), set(asked.get("gold", ()))
            if gold and answer.lower() not in ("yes", "no"):
                evidence = find_evidence(library, asked["question"], frozenset())

                def is_gold(unit: Unit, answer: str = answer, gold: set[str] = gold) -> bool:
                    return any(unit.evidence.document.endswith(one) for one in gold) and says(unit.text, [answer])

                yield from make_groups(name, asked["question"], [answer], evidence, is_gold, is_answered=True)


def load_groups(folder: Path, name: str) -> list[Group]:
    """The groups of a set that were written into a folder."""
    return [Group(**fields) for fields in pickle.loads((folder / f"{name}.pkl").read_bytes())]


def flatten(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


def main() -> None:
    parser = argparse.ArgumentParser(description="What a ranker of sentences learns of")
    parser.add_argument("folder", type=Path, help="where the groups are written to")
    parser.add_argument("names", nargs="*", help="01 to 13, first to eleventh")
    parser.add_argument("--data", nargs="+", default=[], metavar=("DIR", "SET"), help="sets of questions, and which")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as source:
        with tarfile.open(TRAINING) as packed:
            packed.extractall(source, filter="data")
        sources = {name: gather_judged(name) if (HERE / name).is_dir() else gather_training(name, Path(source))
                   for name in wanted.names}  # fmt: skip
        if wanted.data:
            sources |= {name: gather_shared(name, Path(wanted.data[0])) for name in wanted.data[1:]}
        for name, groups in sources.items():
            gathered = list(groups)
            kept = pickle.dumps([vars(group) for group in gathered])
            (wanted.folder / f"{name.replace('/', '_')}.pkl").write_bytes(kept)
            print(name, dict(Counter(group.state for group in gathered)), flush=True)


if __name__ == "__main__":
    main()
