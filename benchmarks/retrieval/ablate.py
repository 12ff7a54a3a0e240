"""What each part of retrieval brings: recall@5 without it, the weights fitted again, by cross-validation.

    python benchmarks/retrieval/ablate.py DATA_FOLDER [GROUP ...]

Graphs are built once with the weights that ship; taking a part away blanks its features, or its links, in training and
in judging alike. Four folds over the questions; a question's titled and untitled versions share a fold.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from fit import FOLDS, Sample, collect, fit, judge, pack, read_corpus

from moe.evaluation.questions import load_questions
from moe.knowledge.graph.features.features import LINK_FEATURES, PASSAGE_FEATURES
from moe.knowledge.graph.features.weights import load_weights
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.update.builder import build_index
from moe_kit.graphs.attributes import TEMPERATURE
from plugins.retrievers.lexical import LexicalRetriever

WORTH = 0.6
STEPS = 60
Cut = Callable[[Sample], Sample]


def blank(*names: str) -> Cut:
    """Take features away."""
    passage = [place for place, name in enumerate(PASSAGE_FEATURES) if name in names]
    link = [place for place, name in enumerate(LINK_FEATURES) if name in names]

    def cut(sample: Sample) -> Sample:
        values, links = sample.values.copy(), sample.links.copy()
        values[:, passage] = 0
        links[:, link] = 0
        return replace(sample, values=values, links=links)

    return cut


def drop_links(kind: str | None) -> Cut:
    """Take links of a kind away, or all; passages that nothing else leads to stay, on their own merits."""

    def cut(sample: Sample) -> Sample:
        kept = (
            np.zeros(len(sample.links), dtype=bool) if kind is None else sample.links[:, LINK_FEATURES.index(kind)] == 0
        )
        return replace(sample, links=sample.links[kept], sources=sample.sources[kept], targets=sample.targets[kept])

    return cut


GROUPS: dict[str, Cut] = {
    "everything": lambda sample: sample,
    "no links": drop_links(None),
    "no links by name": drop_links("mentions"),
    "no links by phrase": drop_links("shares"),
    "no names in the question": blank("named", "named_surely", "named_capital", "source_named"),
    "no own names of passages": blank("name_asked", "name_share"),
    "no phrases of the question": blank(
        "phrase_rare", "phrase_unknown", "phrase_lead", "phrase_lead_alone", "phrase_exact", "phrase_start"
    ),
    "no units": blank("unit_coverage", "unit_asked", "units_added", "units_joint"),
    "no coverage that links add": blank(
        "added", "joint", "units_added", "units_joint", "shares_added", "relation_added"
    ),
    "no lead": blank("lead", "target_lead", "lead_coverage", "target_relation"),
    "no spread and fan": blank("spread", "fan"),
}


def cross_validate(data: dict[str, list[Sample]], theta: np.ndarray, cut: Cut) -> dict[str, float]:
    cut_data = {name: [cut(sample) for sample in samples] for name, samples in data.items()}
    sums = dict.fromkeys(cut_data, 0.0)
    for fold in range(FOLDS):
        train = [
            s
            for rows in cut_data.values()
            for place, s in enumerate(rows)
            if place % FOLDS != fold and len(s.links) >= 0
        ]
        fitted = fit(train, theta, np.zeros_like(theta), steps=STEPS)
        for name, rows in cut_data.items():
            test = [s for place, s in enumerate(rows) if place % FOLDS == fold]
            sums[name] += judge(test, fitted, WORTH)[1] * len(test)
    return {name: sums[name] / len(rows) for name, rows in cut_data.items()}


def main() -> None:
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if (path / "corpus.jsonl").exists())
    data: dict[str, list[Sample]] = {}
    for is_titled in (True, False):
        for folder in folders:
            name = f"{folder.name} {'titled' if is_titled else 'untitled'}"
            index = build_index(read_corpus(folder / "corpus.jsonl", is_titled=is_titled))
            found = LexicalRetriever().build(IndexCorpus(index))
            data[name] = collect(index, found, load_questions(folder / "questions.jsonl"), load_weights(), name)
    theta = pack(load_weights(), TEMPERATURE)
    print("| taken away | " + " | ".join(data) + " | mean |")
    for group in sys.argv[2:] or GROUPS:
        recalls = cross_validate(data, theta, GROUPS[group])
        cells = " | ".join(f"{recall:.1f}" for recall in recalls.values())
        print(f"| {group} | {cells} | {np.mean(list(recalls.values())):.1f} |", flush=True)


if __name__ == "__main__":
    main()
