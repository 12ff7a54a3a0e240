"""Links by name: a passage writes a name that another goes by."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links import Links, is_in_lead, make_links
from moe.knowledge.graph.mentions import Mention, NameReader, find_weights
from moe.knowledge.graph.question import Question
from moe.knowledge.graph.texts import PassageTexts
from moe.knowledge.index.index import PassageIndex

_MOST_NAMESAKES = 60  # passages of one name, beyond which it says nothing
_LEAST_WEIGHT = 0.05  # of a link
_MOST_TARGETS = 60  # of one passage
_NEARNESS_WORDS = 4.0  # over which nearness falls to 1/e

Found = list[tuple[float, Mention]]


def find_naming_links(
    index: PassageIndex,
    names: NameReader,
    question: Question,
    numbers: Sequence[int],
    texts: PassageTexts,
    relations: NDArray[np.float64],
) -> Links:
    """Links out of passages by the names in their texts.

    Args:
        index: The passages.
        names: Reads names.
        question: What is asked.
        numbers: Of the passages.
        texts: Of these passages.
        relations: What of the question's relation each sentence of the texts has.
    """
    by_owner: list[dict[int, Found]] = [{} for _ in numbers]
    for mention in names.find_in_texts(texts.tokens):
        owner = int(texts.tokens.owners[mention.first])
        for target, weight in _list_targets(index, mention, numbers[owner]):
            by_owner[owner].setdefault(target, []).append((weight, mention))
    told = relations[texts.sentences] if len(texts.sentences) else relations[:0]
    lead = is_in_lead(texts, np.arange(len(texts.sentences)))
    spreads: dict[int, float] = {}
    rows: list[Sequence[float]] = []
    for owner, targets in enumerate(by_owner):
        near = _NearReader(texts, question, owner)
        fan = math.log1p(len(targets))
        ordered = sorted(targets.items(), key=lambda item: -max(weight for weight, _ in item[1]))
        for target, found in ordered[:_MOST_TARGETS]:
            weight, surest = max(found, key=lambda item: item[0])
            best = max((mention for _, mention in found), key=lambda mention: told[mention.first])
            if surest.row not in spreads:
                spreads[surest.row] = _measure_spread(index, surest, texts)
            rows.append(
                (
                    owner,
                    target,
                    weight,
                    best.first,
                    best.stop,
                    any(lead[mention.first] for _, mention in found),
                    False,
                    max(near.measure(mention) for _, mention in found),
                    spreads[surest.row],
                    fan,
                    surest.certainty < 1,
                )
            )
    return make_links(texts, True, rows)


def _list_targets(index: PassageIndex, mention: Mention, source: int) -> list[tuple[int, float]]:
    """Passages that a name means, with how surely; none for a name of the source itself."""
    members, infos = index.names.row(mention.row)
    if len(members) == 1:  # by far the most
        target, weight = int(members[0]), float(find_weights(infos)[0])
        return [(target, mention.certainty * weight)] if target != source else []
    targets = members.tolist()
    if len(targets) > _MOST_NAMESAKES or source in targets:
        return []
    weights = find_weights(infos)
    sure = (mention.certainty * weights * weights / weights.sum()).tolist()
    return [(target, weight) for target, weight in zip(targets, sure, strict=True) if weight >= _LEAST_WEIGHT]


def _measure_spread(index: PassageIndex, mention: Mention, texts: PassageTexts) -> float:
    row = index.phrases.find(int(index.names.keys[mention.row]))
    if row >= 0:
        return math.log1p(index.phrases.size(row))
    terms = index.words.terms[texts.tokens.words[mention.first : mention.stop]].tolist()
    return math.log1p(min((index.terms.size(term) for term in terms if term >= 0), default=1))


class _NearReader:
    """How near to a name of one passage its relation terms stand."""

    def __init__(self, texts: PassageTexts, question: Question, owner: int) -> None:
        begin, end = int(texts.tokens.starts[owner]), int(texts.tokens.starts[owner + 1])
        places = texts.places[begin:end]
        at = np.flatnonzero(places >= 0)
        weights = question.relation[places[at]].tolist()
        self._terms = [
            (begin + place, weight) for place, weight in zip(at.tolist(), weights, strict=True) if weight > 0
        ]

    def measure(self, mention: Mention) -> float:
        """The highest weight of a relation term, discounted by the words between it and the name."""
        best = 0.0
        for place, weight in self._terms:
            if weight > best and not mention.first <= place < mention.stop:
                gap = max(mention.first - place, place - mention.stop + 1, 1)
                best = max(best, weight * math.exp(-(gap - 1) / _NEARNESS_WORDS))
        return best
