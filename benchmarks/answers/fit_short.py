"""Fit which words of the quotes are given as the short answer, and how sure that is; say what it brings.

    python benchmarks/answers/fit_short.py DATA [--quotes FILE] [--limit N] [--sets] [--write]

DATA holds a folder for each of SETS, with `corpus.jsonl` and `questions.jsonl` as benchmarks/retrieval reads them, and
`answer`: words of a passage. All questions are asked first, 1,324 of them, which takes many minutes; `--quotes` keeps
what was quoted. The figures are of questions left out: those over the same passage together, and, with `--sets`, whole
sets at once.

exact: the same words but for articles and marks. close: one holds the other.
"""

import argparse
import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio
import numpy as np
from numpy.typing import NDArray

from moe.app import App
from moe.contracts.request import RunRequest
from moe_kit.extraction.span_candidates import SpanCandidate
from moe_kit.extraction.span_question import read_span_question
from moe_kit.extraction.span_ranker import WEIGHTS_FILE, choose_span, fold_answer, list_signed

SETS = ("xquad/en", "xquad/de", "hotpot")
GIVEN = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0)
FOLDS, ROUNDS, STEP = 5, 100, 0.1
PENALTY = 4.0  # chosen: signs are many, questions few
SEEN_MIN = 8  # questions that a sign must stand in
SURE_PENALTY = 0.3

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question that moe answered with quotes, and its right answer."""

    set: str
    passage: str
    question: str
    answer: str
    quotes: list[str]


@dataclass(frozen=True)
class Signed:
    """A question with its candidates' signs and which of them are right."""

    asked: Asked
    sort: str
    candidates: list[SpanCandidate]
    signs: list[list[str]]
    right: list[bool]


@dataclass(frozen=True)
class Given:
    """What would be given."""

    signed: Signed
    text: str
    sure: tuple[float, ...]

    @property
    def is_exact(self) -> bool:
        return fold_answer(self.text) == fold_answer(self.signed.asked.answer)

    @property
    def is_close(self) -> bool:
        said, right = f" {fold_answer(self.text)} ", f" {fold_answer(self.signed.asked.answer)} "
        return said in right or right in said


async def gather(data: Path, name: str, limit: int | None) -> list[Asked]:
    """Every answered question of a set, or of its first ones, whose answer is words."""
    found = []
    with tempfile.TemporaryDirectory() as project:
        overrides = {"system.provider": "extractive", "system.record": False}
        app = App.open(Path(project), overrides=overrides, environ={"XDG_CONFIG_HOME": project})
        app.index.update(add=[str(data / name / "corpus.jsonl")])
        library = app.open_library()
        for line in (data / name / "questions.jsonl").read_text(encoding="utf-8").splitlines()[:limit]:
            one = json.loads(line)
            result = await app.run(RunRequest(question=one["question"]), library=library)
            quotes = [citation.text for citation in result.citations]
            if quotes and one["answer"].lower() not in ("yes", "no"):
                found.append(Asked(name, one["gold"][0], one["question"], one["answer"], quotes))
        app.close()
    return found


def sign(asked: Sequence[Asked]) -> Iterator[Signed]:
    """The questions with a question word that is known, and their candidates."""
    for one in asked:
        read = read_span_question(one.question)
        signed = list(list_signed(read, one.quotes)) if read is not None else []
        if read is not None and signed:
            right = [fold_answer(candidate.text) == fold_answer(one.answer) for candidate, _ in signed]
            yield Signed(one, read.sort, [c for c, _ in signed], [signs for _, signs in signed], right)


def number_signs(samples: Sequence[Signed]) -> dict[tuple[str, str], int]:
    """Signs that stand in enough questions, alone and by sort of question."""
    counts: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        there = {name for signs in sample.signs for name in signs}
        counts.update((sort, name) for name in there for sort in ("", sample.sort))
    return {key: place for place, key in enumerate(sorted(key for key, n in counts.items() if n >= SEEN_MIN))}


def fit(samples: Sequence[Signed], numbers: dict[tuple[str, str], int]) -> Floats:
    """Weights that make the right candidates the likeliest, by gradient descent with a quadratic penalty."""
    samples = [sample for sample in samples if any(sample.right)]
    rows, columns, right, owner = _pack(samples, numbers)
    count, most = len(right), len(samples)
    weights, mean, square = (np.zeros(len(numbers)) for _ in range(3))
    for turn in range(1, ROUNDS + 1):
        raised = np.exp(np.clip(np.bincount(rows, weights[columns], count), -30, 30))
        share = raised / np.bincount(owner, raised, most)[owner]
        wanted = raised * right / np.bincount(owner, raised * right, most)[owner]
        slope = np.bincount(columns, (share - wanted)[rows], len(weights)) + PENALTY * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        scaled = mean / (1 - 0.9**turn) / (np.sqrt(square / (1 - 0.99**turn)) + 1e-8)
        weights = weights - STEP * (1 - turn / (ROUNDS + 1)) * scaled
    return weights


def _pack(
    samples: Sequence[Signed], numbers: dict[tuple[str, str], int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, NDArray[np.int64]]:
    rows, columns, owner = [], [], []
    row = 0
    for place, sample in enumerate(samples):
        for signs in sample.signs:
            known = [numbers[key] for name in signs for key in (("", name), (sample.sort, name)) if key in numbers]
            columns.extend(known)
            rows.extend([row] * len(known))
            owner.append(place)
            row += 1
    right = np.array([float(is_right) for sample in samples for is_right in sample.right])
    return np.array(rows), np.array(columns), right, np.array(owner)


def give(samples: Sequence[Signed], numbers: dict[tuple[str, str], int], weights: Floats) -> Iterator[Given]:
    """What the weights choose."""
    for sample in samples:
        scores = []
        for signs in sample.signs:
            keys = ((sort, name) for name in signs for sort in ("", sample.sort))
            scores.append(float(sum(weights[numbers[key]] for key in keys if key in numbers)))
        best, sure = choose_span(sample.candidates, scores)
        yield Given(sample, best.text, sure)


def give_left_out(samples: Sequence[Signed], fold_of: Callable[[Signed], object]) -> list[Given]:
    """What is chosen by weights that have not seen the fold."""
    given: list[Given] = []
    for fold in sorted({str(fold_of(sample)) for sample in samples}):
        seen = [sample for sample in samples if str(fold_of(sample)) != fold]
        numbers = number_signs(seen)
        left_out = [sample for sample in samples if str(fold_of(sample)) == fold]
        given += give(left_out, numbers, fit(seen, numbers))
    return given


def fit_sure(given: Sequence[Given]) -> tuple[list[float], dict[str, float]]:
    """A logistic regression of what is right on how sure it looks, with something added by sort of question."""
    sorts = sorted({item.signed.sort for item in given})
    signs = np.array([[1.0, *item.sure, *(float(item.signed.sort == sort) for sort in sorts)] for item in given])
    labels = np.array([float(item.is_exact) for item in given])
    ridge = np.eye(signs.shape[1]) * SURE_PENALTY
    ridge[0, 0] = 0.0
    weights = np.zeros(signs.shape[1])
    for _ in range(12):
        likely = 1 / (1 + np.exp(-signs @ weights))
        bend = (signs * (likely * (1 - likely))[:, None]).T @ signs + ridge
        weights -= np.linalg.solve(bend, signs.T @ (likely - labels) + ridge @ weights)
    plain = len(given[0].sure) + 1
    return [round(float(w), 3) for w in weights[:plain]], {
        sort: round(float(w), 3) for sort, w in zip(sorts, weights[plain:], strict=True)
    }


def rate(item: Given, sure: Sequence[float], sorts: dict[str, float]) -> float:
    """How sure an answer is, in [0, 1]."""
    rated = sure[0] + sum(w * s for w, s in zip(sure[1:], item.sure, strict=True)) + sorts.get(item.signed.sort, 0.0)
    return float(1 / (1 + np.exp(-rated)))


def rate_left_out(given: Sequence[Given]) -> list[tuple[float, Given]]:
    """Each answer with how sure it is, by what the other half of the passages tells."""
    rated = []
    for half in (0, 1):
        sure, sorts = fit_sure([item for item in given if fold_passage(item.signed, 2) != half])
        rated += [(rate(item, sure, sorts), item) for item in given if fold_passage(item.signed, 2) == half]
    return rated


def fold_passage(sample: Signed, folds: int = FOLDS) -> int:
    """Questions over one passage, in whatever language, fall together."""
    return zlib.crc32(sample.asked.passage.lstrip("abcdefghijklmnopqrstuvwxyz").encode()) % folds


def show(title: str, rated: Sequence[tuple[float, Given]], asked: Sequence[Asked]) -> None:
    """By set: at each share given, how many of those are exact and close."""
    print(f"\n{title}\n{'set':10}{'asked':>6}" + "".join(f"{f'{100 * share:.0f} %':>12}" for share in GIVEN))
    for name in sorted({item.signed.asked.set for _, item in rated}):
        mine = sorted((pair for pair in rated if pair[1].signed.asked.set == name), key=lambda pair: -pair[0])
        total = sum(one.set == name for one in asked)
        cells = []
        for share in GIVEN:
            first = [item for _, item in mine[: max(1, round(share * total))]]
            exact, close = (np.mean([getattr(item, key) for item in first]) for key in ("is_exact", "is_close"))
            cells.append(f"{f'{100 * exact:.0f} /{100 * close:3.0f}':>12}")
        print(f"{name:10}{total:6}" + "".join(cells))


def show_reliability(rated: Sequence[tuple[float, Given]], least: float) -> None:
    """What was said of how sure answers are, and how many were right."""
    print("\nsaid         answers   mean said   exact   close")
    for low in np.arange(0.0, 1.0, 0.1):
        cell = [(sure, item) for sure, item in rated if low <= sure < low + 0.1]
        if cell:
            said = 100 * np.mean([sure for sure, _ in cell])
            exact, close = (100 * np.mean([getattr(item, key) for _, item in cell]) for key in ("is_exact", "is_close"))
            print(f"{low:.1f} - {low + 0.1:.1f}   {len(cell):7}   {said:9.0f}   {exact:5.0f}   {close:5.0f}")
    shown = [item for sure, item in rated if sure >= least]
    if not shown:
        print(f"\nnone of {len(rated)} is as sure as {least}")
        return
    names = Counter(item.signed.asked.set for item in shown)
    print(f"\ngiven from {least}: {len(shown)} of {len(rated)}; " + ", ".join(f"{k} {n}" for k, n in names.items()))
    exact, close = (100 * np.mean([getattr(item, key) for item in shown]) for key in ("is_exact", "is_close"))
    print(f"exact {exact:.0f} %, close {close:.0f} %")


def write(samples: Sequence[Signed], given: Sequence[Given], least: float) -> None:
    """The weights of all, and how sure by what was left out."""
    numbers = number_signs(samples)
    weights = fit(samples, numbers)
    signs: dict[str, dict[str, float]] = {}
    for (sort, name), place in numbers.items():
        if abs(weights[place]) >= 0.03:
            signs.setdefault(sort, {})[name] = round(float(weights[place]), 2)
    sure, sorts = fit_sure(given)
    shipped = {"signs": signs, "sure": sure, "sorts": sorts, "confidence_min": least}
    WEIGHTS_FILE.write_text(json.dumps(shipped, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the short answer")
    parser.add_argument("data", type=Path)
    parser.add_argument("--quotes", type=Path, help="a file to keep the quotes in, read when it is there")
    parser.add_argument("--limit", type=int, help="ask only so many questions of each set, to try it")
    parser.add_argument("--least", type=float, default=0.45, help="how sure a given answer must be")
    parser.add_argument("--sets", action="store_true", help="the second table, too: whole sets left out")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS_FILE.name}")
    wanted = parser.parse_args()
    if wanted.quotes and wanted.quotes.exists():
        asked = [Asked(**json.loads(line)) for line in wanted.quotes.read_text(encoding="utf-8").splitlines()]
    else:
        asked = [one for name in SETS for one in anyio.run(gather, wanted.data, name, wanted.limit)]
        if wanted.quotes:
            wanted.quotes.write_text("".join(json.dumps(asdict(one)) + "\n" for one in asked), encoding="utf-8")
    samples = list(sign(asked))
    given = give_left_out(samples, fold_passage)
    rated = rate_left_out(given)
    show("passages left out; of the answered questions, given: exact / close, in %", rated, asked)
    show_reliability(rated, wanted.least)
    if wanted.sets:
        kinds = give_left_out(samples, lambda sample: sample.asked.set.split("/")[0])
        show("sets left out", rate_left_out(kinds), asked)
    if wanted.write:
        write(samples, given, wanted.least)


if __name__ == "__main__":
    main()
