"""Fit the weights of "not found" on questions asked with their gold passages there and taken out.

    python benchmarks/answers/fit_refusal.py DATA [--most 200] [--signs FILE] [--write]

DATA holds folders with corpus.jsonl and questions.jsonl. A question's gold passages are taken out of what its search
finds, and what ranked below them moves up. Printed is, for each set, how often it is refused with and without gold, by
weights fitted on the other KINDS of text only, at several borders; then the shipped choice. --signs keeps what was read
off the evidence, so that fitting again takes seconds.
"""

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.app import App
from moe.evaluation.corpus import open_corpus
from moe.evaluation.questions import GoldQuestion, load_questions
from moe.knowledge.library import DocumentLibrary
from moe.running.citing.statements import unite_evidence
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.answerability import SEARCHED_PASSAGES, find_signs
from moe_kit.extraction.plans import find_searches
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.refusal import WEIGHTS_FILE
from moe_kit.extraction.selection import select
from moe_kit.extraction.statements import ANSWER_STATEMENTS_MAX
from moe_kit.extraction.units import split_evidence

# Sets of one kind of text are left out together.
KINDS = {"hotpot": "two steps", "2wiki": "two steps", "musique": "two steps", "xquad": "paragraphs"}
LANGUAGES = ("en", "de", "es", "ru")  # xquad's that have words with spaces between
FAINT = {"chunkeval": 0.3}  # a fifth of its answers stand in other passages as well, word for word: weak labels
PENALTY = 3.0
WRONG_MAX = (0.04, 0.06, 0.08)
EVIDENCE_MAX = 16
BESIDE_THE_POINT = frozenset(["musique", "chunkeval"])  # the border is not drawn by them: weak labels, three hops


@dataclass(frozen=True, slots=True)
class Sample:
    """One question over one state of its corpus."""

    name: str
    has_gold: bool
    signs: tuple[float, ...]

    @property
    def kind(self) -> str:
        base = self.name.split("/")[0]
        return KINDS.get(base, base)


def find_evidence(library: DocumentLibrary, question: str, without: frozenset[str]) -> tuple[Evidence, ...]:
    """What a run's searches bring, as if those documents were not there."""
    items: list[Evidence] = []
    for query in find_searches(question):
        hits = library.search(query, k=SEARCHED_PASSAGES + len(without))
        left = [hit for hit in hits if hit.passage.document_id not in without][:SEARCHED_PASSAGES]
        best = max((hit.score for hit in left), default=0.0) or 1.0
        items += [hit.passage.as_evidence(min(1.0, max(0.0, hit.score / best))) for hit in left]
    return unite_evidence(items)[:EVIDENCE_MAX]


def read_signs(question: str, evidence: Sequence[Evidence]) -> tuple[float, ...] | None:
    """The signs; None when nothing would be quoted."""
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question=question, instruction=question, evidence=tuple(evidence))
    query = parse_query(grounding.question, grounding.instruction)
    ranking = rank_units(query, split_evidence(evidence))
    chosen = select(ranking, limit=ANSWER_STATEMENTS_MAX)
    return msgspec.structs.astuple(find_signs(query, ranking, evidence, chosen)) if chosen else None


def gather(data: Path, most: int) -> Iterator[Sample]:
    """Every set's questions, each with gold and without."""
    names = sorted(path.parent.relative_to(data).as_posix() for path in data.glob("**/questions.jsonl"))
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), overrides={"system.record": False, "system.provider": "extractive"})
        for name in names:
            if "/" in name and name.split("/")[1] not in LANGUAGES:
                continue
            corpus = open_corpus(str(data / name / "corpus.jsonl"), app)
            asked: list[GoldQuestion] = [one for one in load_questions(data / name / "questions.jsonl") if one.gold]
            random.Random(5).shuffle(asked)
            for question in asked[:most]:
                for without in (frozenset[str](), frozenset(question.gold)):
                    signs = read_signs(question.question, find_evidence(corpus.library, question.question, without))
                    if signs is not None:
                        yield Sample(name, not without, signs)


def fit(signs: NDArray[np.float64], labels: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression on unscaled signs, bias first, by Newton's method."""
    mean, spread = signs.mean(0), signs.std(0) + 1e-9
    design = np.c_[np.ones(len(signs)), (signs - mean) / spread]
    ridge = np.eye(design.shape[1]) * PENALTY
    ridge[0, 0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(8):
        likely = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (shares * (likely - labels)) + ridge @ weights
        bend = (design * (shares * likely * (1 - likely))[:, None]).T @ design + ridge
        weights -= np.linalg.solve(bend, slope)
    plain = weights[1:] / spread
    return np.r_[weights[0] - plain @ mean, plain]


def weigh_samples(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Each kind of text counts the same, and each set within it."""
    counts = Counter(sample.name for sample in samples)
    sets = Counter(Sample(name, True, ()).kind for name in counts)
    shares = np.array([FAINT.get(one.name, 1.0) / (counts[one.name] * sets[one.kind]) for one in samples], dtype=float)
    return shares * len(samples) / shares.sum()


def rate_left_out(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Each sample's rating by weights that have seen no text of its kind."""
    signs = np.array([sample.signs for sample in samples])
    labels = np.array([float(sample.has_gold) for sample in samples])
    shares = weigh_samples(samples)
    rated = np.zeros(len(samples))
    for kind in {sample.kind for sample in samples}:
        held = np.array([sample.kind == kind for sample in samples])
        weights = fit(signs[~held], labels[~held], shares[~held])
        rated[held] = weights[0] + signs[held] @ weights[1:]
    return rated


def find_border(samples: Sequence[Sample], rated: NDArray[np.float64], wrong_max: float) -> float:
    """The highest border that refuses at most that share of the questions whose gold is there, sets counting alike."""
    names = sorted({sample.name for sample in samples} - BESIDE_THE_POINT)
    gold = {name: np.array([s.name == name and s.has_gold for s in samples]) for name in names}
    borders = np.quantile(rated, np.linspace(0, 0.8, 400))
    fitting = [b for b in borders if np.mean([np.mean(rated[gold[name]] < b) for name in names]) <= wrong_max]
    return float(max(fitting))


def show(samples: Sequence[Sample], rated: NDArray[np.float64], borders: Sequence[float]) -> None:
    """A line a set: refused without and with gold, at each border."""
    print(f"{'set':12}" + "".join(f"   at most {100 * wrong:.0f} % wrong" for wrong in WRONG_MAX))
    for name in sorted({sample.name for sample in samples}):
        cells = []
        for border in borders:
            share = {
                has: 100
                * np.mean([rated[i] < border for i, s in enumerate(samples) if s.name == name and s.has_gold is has])
                for has in (False, True)
            }
            cells.append(f"{share[False]:9.0f} /{share[True]:3.0f}     ")
        print(f"{name:12}" + "".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of refusal")
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=200, help="questions a set")
    parser.add_argument("--signs", type=Path, help="a file to keep the signs in, read when it is there")
    parser.add_argument("--wrong", type=float, default=0.06, help="share of wrong refusals to ship")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS_FILE.name}")
    wanted = parser.parse_args()
    if wanted.signs and wanted.signs.exists():
        samples = [Sample(name, has, tuple(signs)) for name, has, signs in json.loads(wanted.signs.read_text())]
    else:
        samples = list(gather(wanted.data, wanted.most))
        if wanted.signs:
            wanted.signs.write_text(json.dumps([astuple(sample) for sample in samples]))
    rated = rate_left_out(samples)
    print(f"{len(samples)} samples; refused without gold / with gold, in %, kinds of text left out")
    show(samples, rated, [find_border(samples, rated, wrong) for wrong in WRONG_MAX])
    signs = np.array([sample.signs for sample in samples])
    weights = fit(signs, np.array([float(sample.has_gold) for sample in samples]), weigh_samples(samples))
    border = find_border(samples, weights[0] + signs @ weights[1:], wanted.wrong)
    shipped = {"bias": round(float(weights[0] - border), 4), "weights": [round(float(w), 4) for w in weights[1:]]}
    print(json.dumps(shipped))
    if wanted.write:
        WEIGHTS_FILE.write_text(json.dumps(shipped) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
