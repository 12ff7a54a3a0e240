"""Fit the weights of the query graph on question sets with known evidence, and judge them by cross-validation.

    python benchmarks/retrieval/fit.py DATA_FOLDER [--rounds 2] [--retriever hybrid --cache FOLDER] [--write]

DATA_FOLDER holds folders with corpus.jsonl and questions.jsonl, each a set. A set with titles is used twice: as it
is, and with every title deleted. Sets are of kinds (`KINDS`), and each kind has its share of the loss, however many
questions it has. Cross-validated figures are those of weights that saw nothing of the set, or of the kind, that they
are for; beside them stands the retriever alone. A retriever with vectors has features and weights of its own, fitted
with hybrid. The model is the one that `moe` runs: a passage's score is a weighted sum of its features; belief goes
twice along links, each worth softplus of a weighted sum, less the rivalry of its source's best one. The loss is
listwise: each gold passage competes with all that are not gold. Weights are drawn to zero; with vectors, to those
that hold without them.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moe.evaluation.questions import GoldQuestion, load_questions, spread_questions
from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.features.weights import Weights, list_features, load_weights
from moe.knowledge.graph.walking.walk import walk
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import build_index
from moe_core.contracts.evidence import Document
from moe_core.contracts.persona import Persona
from moe_core.contracts.retriever import Retriever, SearchIndex
from moe_kit.graphs.attributes import TEMPERATURE
from plugins.retrievers.dense import DenseRetriever
from plugins.retrievers.hybrid import HybridRetriever
from plugins.retrievers.lexical import LexicalRetriever
from plugins.traversals.belief import BeliefTraversal

FOLDER = Path("moe/knowledge/graph/features")
RETRIEVERS: dict[str, type[Retriever]] = {
    kind.name: kind for kind in (LexicalRetriever, DenseRetriever, HybridRetriever)
}
PASSES = 2
# By the first part of a set's folder: the kind of text and question, and the kind's share of the loss. Two-step
# questions have most of it: all that links can do is learned from them.
KINDS = {
    "hotpot": "two steps",
    "musique": "two steps",
    "2wiki": "two steps",
    "chunkeval": "reports and chats",
    "pubmedqa": "abstracts",
    "xquad": "plain facts",
}
SHARES = {"two steps": 0.6, "reports and chats": 0.15, "abstracts": 0.1, "plain facts": 0.15}
FOLDS = 4
PULL_TO_ZERO = 2e-4
PULL_TO_WORDS = 1e-3


@dataclass
class Sample:
    """One question's graph: features, ends of links, and which passages are gold."""

    name: str
    share: float
    plain_recall: float
    values: np.ndarray
    links: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    gold: np.ndarray
    gold_count: int
    units: np.ndarray
    unit_weights: np.ndarray


def read_corpus(path: Path, *, is_titled: bool) -> Iterator[Document]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            title = row.get("title") or "" if is_titled else ""
            yield Document(document_id=str(row["id"]), title=title, text=row["text"], source="", is_atomic=True)


def collect(
    index: PassageIndex,
    found: SearchIndex,
    questions: Sequence[GoldQuestion],
    weights: Weights,
    name: str,
    share: float,
) -> list[Sample]:
    builder = GraphBuilder(index, found, weights)
    persona = Persona(name="generalist")
    samples = []
    started = time.process_time()
    for question in questions:
        query = builder.build(question.question)
        walk(query.graph, question.question, BeliefTraversal, persona, max_visits=100)
        if query.rows is None:
            continue
        numbers = query.numbers
        logs = query.link_log
        gold = {index.find_number(gold) for gold in question.gold}
        plain = {hit.number for hit in found.search(question.question, k=5)}
        samples.append(
            Sample(
                name=name,
                share=share,
                plain_recall=len(gold & plain) / len(gold),
                values=query.rows.values,
                links=np.concatenate([np.zeros((0, len(weights.link))), *(log.values for log in logs)]),
                sources=np.concatenate([np.zeros(0, dtype=np.int64), *(log.sources for log in logs)]),
                targets=np.concatenate([np.zeros(0, dtype=np.int64), *(log.targets for log in logs)]),
                gold=np.array([number in gold for number in numbers], dtype=float),
                gold_count=len(gold),
                units=query.rows.has_unit,
                unit_weights=query.question.unit_weights,
            )
        )
    spent = 1000 * (time.process_time() - started) / len(questions)
    pool = 100 * np.mean([sample.gold.sum() / sample.gold_count for sample in samples])
    sizes = np.mean([len(sample.values) for sample in samples]), np.mean([len(sample.sources) for sample in samples])
    print(f"  {name:18s} pool {pool:.1f}, {sizes[0]:.0f} passages, {sizes[1]:.0f} links, {spent:.1f} ms", flush=True)
    return samples


@dataclass
class Batch:
    """Many samples as one graph in parts."""

    values: np.ndarray
    links: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    gold: np.ndarray
    share: np.ndarray
    starts: np.ndarray
    owners: np.ndarray
    target_starts: np.ndarray
    target_ids: np.ndarray
    source_order: np.ndarray
    source_starts: np.ndarray
    source_ids: np.ndarray


def join(samples: Sequence[Sample]) -> Batch:
    sizes = np.array([len(sample.values) for sample in samples])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    sources = np.concatenate([sample.sources + start for sample, start in zip(samples, starts, strict=True)])
    targets = np.concatenate([sample.targets + start for sample, start in zip(samples, starts, strict=True)])
    links = np.concatenate([sample.links for sample in samples])
    order = np.argsort(targets, kind="stable")
    sources, targets, links = sources[order], targets[order], links[order]
    target_ids, target_starts = np.unique(targets, return_index=True)
    by_source = np.argsort(sources, kind="stable")
    source_ids, source_starts = np.unique(sources[by_source], return_index=True)
    whole = sum(sample.share for sample in samples)
    share = np.concatenate([sample.gold / max(1.0, sample.gold.sum()) * sample.share / whole for sample in samples])
    return Batch(
        values=np.concatenate([sample.values for sample in samples]),
        links=links,
        sources=sources,
        targets=targets,
        gold=np.concatenate([sample.gold for sample in samples]),
        share=share,
        starts=starts,
        owners=np.repeat(np.arange(len(samples)), sizes),
        target_starts=target_starts,
        target_ids=target_ids,
        source_order=by_source,
        source_starts=source_starts,
        source_ids=source_ids,
    )


def compute(batch: Batch, theta: np.ndarray, pull: float, prior: np.ndarray, *, with_slope: bool = True):
    """Scores, loss and its slope, worked backwards through both passes."""
    count = batch.values.shape[1]
    w, v, rivalry, temperature = theta[:count], theta[count:-2], theta[-2], abs(theta[-1])
    own = batch.values @ w
    raw = batch.links @ v
    best_raw = np.maximum.reduceat(raw[batch.source_order], batch.source_starts) if len(raw) else np.zeros(0)
    best_of = np.zeros(len(own))
    best_of[batch.source_ids] = best_raw
    inner = (1 + rivalry) * raw - rivalry * best_of[batch.sources]
    strength = np.logaddexp(0, inner)
    belief, trace = own, []
    for _ in range(PASSES):
        top = np.maximum.reduceat(belief, batch.starts)[batch.owners]
        trust = np.exp(temperature * (belief - top))
        message = trust[batch.sources] * strength
        strongest = np.maximum.reduceat(message, batch.target_starts) if len(message) else np.zeros(0)
        trace.append((belief, top, trust, message, strongest))
        added = np.zeros(len(own))
        added[batch.target_ids] = strongest
        belief = own + added
    if not with_slope:
        return belief
    top = np.maximum.reduceat(belief, batch.starts)[batch.owners]
    e = np.exp(belief - top)
    negatives = np.add.reduceat(e * (1 - batch.gold), batch.starts)[batch.owners]
    all_ = e + negatives + 1e-9
    moved = (theta - prior)[:-2]
    loss = float((-(belief - top - np.log(all_)) * batch.share).sum()) + pull * float(moved @ moved)
    slope = -(1 - e / all_) * batch.share
    pressure = np.add.reduceat(batch.share / all_, batch.starts)[batch.owners]
    slope = slope + e * (1 - batch.gold) * pressure
    d_own, d_strength, d_temperature = np.zeros(len(own)), np.zeros(len(raw)), 0.0
    target_of = np.searchsorted(batch.target_ids, batch.targets)
    for belief_, top_, trust, message, strongest in reversed(trace):
        d_own += slope
        is_strongest = message >= strongest[target_of] if len(message) else np.zeros(0, dtype=bool)
        d_message = np.where(is_strongest, slope[batch.targets], 0.0)
        d_strength += d_message * trust[batch.sources]
        d_trust = np.bincount(batch.sources, d_message * strength, minlength=len(own))
        h = d_trust * trust
        d_temperature += float((h * (belief_ - top_)).sum())
        is_top = belief_ == top_
        slope = temperature * h - np.where(is_top, np.add.reduceat(temperature * h, batch.starts)[batch.owners], 0.0)
    d_own += slope
    d_inner = d_strength / (1 + np.exp(-np.clip(inner, -30, 30)))
    is_best = raw >= best_of[batch.sources]
    lost = np.bincount(batch.sources, d_inner, minlength=len(own))
    d_raw = (1 + rivalry) * d_inner - np.where(is_best, rivalry * lost[batch.sources], 0.0)
    d_rivalry = float((d_inner * (raw - best_of[batch.sources])).sum())
    d_w = batch.values.T @ d_own + 2 * pull * moved[:count]
    d_v = batch.links.T @ d_raw + 2 * pull * moved[count:]
    return belief, loss, np.concatenate([d_w, d_v, [d_rivalry, 0.0]])


def fit(samples: Sequence[Sample], theta: np.ndarray, prior: np.ndarray, *, steps: int = 150) -> np.ndarray:
    """Adam from a starting point."""
    pull = PULL_TO_WORDS if prior.any() else PULL_TO_ZERO
    batch = join(samples)
    theta = theta.copy()
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, steps + 1):
        _, _, slope = compute(batch, theta, pull, prior)
        slope[-1] *= 0.3
        slope[-2] *= 0.5
        first = 0.9 * first + 0.1 * slope
        second = 0.98 * second + 0.02 * slope**2
        rate = 0.1 if step < 0.7 * steps else 0.03
        theta = theta - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.98**step)) + 1e-8)
        theta[-2] = max(theta[-2], 0.0)
        theta[-1] = abs(theta[-1])
    return theta


def choose(sample: Sample, belief: np.ndarray, temperature: float, worth: float, k: int) -> list[int]:
    """The order of `moe.knowledge.graph.walking.walk`: log of relative belief plus a worth for open units."""
    rated = temperature * (belief - belief.max())
    pool = np.argsort(-belief, kind="stable")[:24].tolist()
    open_, chosen = np.ones(len(sample.unit_weights), dtype=bool), []
    while pool and len(chosen) < k:
        gains = [rated[at] + worth * float((sample.units[at] & open_) @ sample.unit_weights) for at in pool]
        at = pool.pop(int(np.argmax(gains)))
        chosen.append(at)
        open_ &= ~sample.units[at]
    return chosen


def judge(samples: Sequence[Sample], theta: np.ndarray, worth: float) -> np.ndarray:
    """Recall at 2, 5, 10 and all gold at 5, in percent."""
    belief = compute(join(samples), theta, 0, theta, with_slope=False)
    split = np.split(belief, np.cumsum([len(sample.values) for sample in samples])[:-1])
    total = np.zeros(4)
    for sample, own in zip(samples, split, strict=True):
        gold = sample.gold[choose(sample, own, theta[-1], worth, 10)]
        total += [gold[:2].sum(), gold[:5].sum(), gold[:10].sum(), 0] / np.array([sample.gold_count] * 3 + [1])
        total[3] += gold[:5].sum() == sample.gold_count
    return 100 * total / len(samples)


def report_plain(data: dict[str, list[Sample]]) -> None:
    cells = " | ".join(
        f"{name} {100 * np.mean([sample.plain_recall for sample in rows]):.1f}" for name, rows in data.items()
    )
    print(f"the retriever alone, recall@5: {cells}", flush=True)


def report(label: str, results: dict[str, np.ndarray]) -> None:
    mean = np.mean([row[1] for row in results.values()])
    cells = " | ".join(f"{name} {'/'.join(f'{value:.1f}' for value in row)}" for name, row in results.items())
    print(f"{label:8s} {cells} | mean recall@5 {mean:.2f}", flush=True)


def cross_validate(
    data: dict[str, list[Sample]], theta: np.ndarray, prior: np.ndarray, worth: float, *, by_set: bool
) -> None:
    groups = list(dict.fromkeys(find_group(name) for name in data)) if by_set else list(range(FOLDS))
    held: dict[str, np.ndarray] = {}
    sizes: dict[str, int] = {}
    for group in groups:

        def is_held(name: str, place: int, group=group) -> bool:
            return find_group(name) == group if by_set else place % FOLDS == group

        train = [s for name, rows in data.items() for place, s in enumerate(rows) if not is_held(name, place)]
        fitted = fit(train, theta, prior)
        for name, rows in data.items():
            test = [s for place, s in enumerate(rows) if is_held(name, place)]
            if test:
                held[name] = held.get(name, np.zeros(4)) + judge(test, fitted, worth) * len(test)
                sizes[name] = sizes.get(name, 0) + len(test)
    report("set or kind out" if by_set else "folds", {name: total / sizes[name] for name, total in held.items()})


def find_kind(name: str) -> str:
    """The kind of a set; one that is not known is a kind of its own."""
    first = name.partition(" ")[0].partition("/")[0]
    return KINDS.get(first, first)


def find_group(name: str) -> str:
    """What is left out together: a set of two-step questions, or a whole kind."""
    kind = find_kind(name)
    return name.partition(" ")[0] if kind == "two steps" else kind


def find_sets(folder: Path) -> list[tuple[str, Path, bool]]:
    """Every set by name, and once more without its titles if it has any."""
    sets = []
    for path in sorted(path.parent for path in folder.rglob("corpus.jsonl")):
        name = path.relative_to(folder).as_posix()
        with (path / "corpus.jsonl").open(encoding="utf-8") as lines:
            is_titled = any(json.loads(line).get("title") for line in lines)
        sets += [(f"{name} titled", path, True)] if is_titled else []
        sets.append((f"{name} untitled", path, False))
    return sets


def measure_share(name: str, questions: dict[str, list[GoldQuestion]]) -> float:
    """What one question of a set counts: its kind's share, divided among all questions of the kind."""
    kind = find_kind(name)
    return SHARES.get(kind, 0.1) / sum(len(some) for other, some in questions.items() if find_kind(other) == kind)


def pack(weights: Weights, temperature: float) -> np.ndarray:
    return np.concatenate([weights.passage, weights.link, [weights.rivalry, temperature]])


def pack_words(passage_names: Sequence[str], link_names: Sequence[str]) -> np.ndarray:
    """The weights that hold without vectors, and 0 for what vectors say."""
    words = load_weights()
    passage = np.pad(words.passage, (0, len(passage_names) - len(words.passage)))
    link = np.pad(words.link, (0, len(link_names) - len(words.link)))
    return pack(Weights(passage=passage, link=link, rivalry=words.rivalry), TEMPERATURE)


def unpack(theta: np.ndarray, count: int) -> Weights:
    return Weights(passage=theta[:count], link=theta[count:-2], rivalry=float(theta[-2]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--retriever", choices=RETRIEVERS, default="lexical")
    parser.add_argument("--cache", type=Path, help="where vectors are kept")
    parser.add_argument("--write", action="store_true", help="keep the weights in the package")
    parser.add_argument("--judge", action="store_true", help="only say how the present weights do")
    parser.add_argument("--most", type=int, default=300, help="questions of a set, spread over it")
    parser.add_argument("--worth", type=float, default=0.6)
    options = parser.parse_args()
    sets = find_sets(options.data)
    indexes = {name: build_index(read_corpus(folder / "corpus.jsonl", is_titled=t)) for name, folder, t in sets}
    questions = {
        name: spread_questions(load_questions(folder / "questions.jsonl"), options.most) for name, folder, _ in sets
    }
    retriever = RETRIEVERS[options.retriever]()
    found = {name: retriever.build(IndexCorpus(index, cache_folder=options.cache)) for name, index in indexes.items()}
    with_vectors = options.retriever != "lexical"
    passage_names, link_names = list_features(with_vectors=with_vectors)
    prior = pack_words(passage_names, link_names) if with_vectors else np.zeros(len(passage_names + link_names) + 2)
    start = prior if with_vectors else pack(load_weights(), TEMPERATURE)
    theta = pack(load_weights(with_vectors=with_vectors), TEMPERATURE) if options.judge else start
    count = len(passage_names)
    for number in range(options.rounds):
        weights = unpack(theta, count)
        data = {
            name: collect(indexes[name], found[name], questions[name], weights, name, measure_share(name, questions))
            for name, _, _ in sets
        }
        report_plain(data)
        report("present", {name: judge(rows, theta, options.worth) for name, rows in data.items()})
        if options.judge:
            return
        theta = fit([sample for rows in data.values() for sample in rows], theta, prior)
        report(f"round {number}", {name: judge(rows, theta, options.worth) for name, rows in data.items()})
    for worth in (0.0, 0.4, 0.8, 1.2):
        report(f"worth {worth}", {name: judge(rows, theta, worth) for name, rows in data.items()})
    cross_validate(data, start, prior, options.worth, by_set=False)
    cross_validate(data, start, prior, options.worth, by_set=True)
    weights = unpack(theta, count)
    stored = {
        "passage": dict(zip(passage_names, weights.passage.round(3).tolist(), strict=True)),
        "link": dict(zip(link_names, weights.link.round(3).tolist(), strict=True)),
        "rivalry": round(weights.rivalry, 3),
    }
    print(json.dumps(stored | {"temperature": round(float(theta[-1]), 4)}))
    if options.write:
        path = FOLDER / ("weights_dense.json" if with_vectors else "weights.json")
        path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
