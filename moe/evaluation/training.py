"""Feedback for experts from questions whose evidence is known: how much of it each of them finds."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from moe.contracts.experts import ExpertWish
from moe.contracts.personas import PersonaScore
from moe.contracts.search import WordsTrial
from moe.evaluation.corpus import Gold
from moe.evaluation.questions import GoldQuestion
from moe.experts.track_records import find_kind
from moe.knowledge.library import DocumentLibrary

_READ = 5  # passages of each that count, as in recall@5


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """What training on a question set brings.

    Attributes:
        scores: One a question and expert, in the questions' order.
        questions: How many had gold.
        trials: What words alone came to, where they can be taken for a question; in the questions' order.
    """

    scores: tuple[PersonaScore, ...]
    questions: int
    trials: tuple[WordsTrial, ...] = ()

    def find_means(self) -> Mapping[str, float]:
        """By expert, the mean of its scores, the best first."""
        found: dict[str, list[float]] = {}
        for one in self.scores:
            found.setdefault(one.persona, []).append(one.score)
        means = {name: sum(values) / len(values) for name, values in found.items()}
        return dict(sorted(means.items(), key=lambda pair: (-pair[1], pair[0])))


def rate_experts(
    questions: Sequence[GoldQuestion],
    library: DocumentLibrary,
    *,
    gold: Gold,
    on_progress: Callable[[int, int], None] | None = None,
) -> Training:
    """Let every walker of a library walk every question that has gold, and rate it by the share it finds.

    Args:
        questions: Those without gold are passed over.
        library: Those to be rated walk it, each question by all of them.
        gold: What the questions name, as the library knows it.
        on_progress: Called after each question with those done and those there are.
    """
    asked = [question for question in questions if question.gold]
    scores: list[PersonaScore] = []
    trials: list[WordsTrial] = []
    for number, question in enumerate(asked, start=1):
        kind = find_kind(question.question)
        exploration = library.explore(question.question, k=_READ)
        for walk in exploration.walks:
            passages = (exploration.graph.get_passage(node_id) for node_id, _ in walk.ranking[:_READ])
            score = gold.measure_recall(question, passages)
            scores.append(PersonaScore(persona=walk.persona.name, kind=kind, score=score))
        trial = _try_words(question, library, gold)
        if trial is not None:
            trials.append(trial)
        if on_progress is not None:
            on_progress(number, len(asked))
    return Training(scores=tuple(scores), questions=len(asked), trials=tuple(trials))


def _try_words(question: GoldQuestion, library: DocumentLibrary, gold: Gold) -> WordsTrial | None:
    """What words alone find, and whoever would walk first; None where words are never taken alone."""
    tried = library.try_words(question.question, k=_READ)
    if tried is None:
        return None
    chance, hits = tried
    walked = library.explore(question.question, k=_READ, wish=ExpertWish(most=1)).hits
    words, walk = (gold.measure_recall(question, [hit.passage for hit in found]) for found in (hits, walked))
    return WordsTrial(chance=chance, words=words, walk=walk)
