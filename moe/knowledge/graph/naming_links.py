"""Links by name: a passage writes a name that another goes by."""

import math
from collections.abc import Sequence

import numpy as np

from moe.knowledge.graph.links import Links, is_in_lead, make_links
from moe.knowledge.graph.mentions import Mention, NameReader, find_weights
from moe.knowledge.graph.texts import PassageTexts
from moe.knowledge.index.index import PassageIndex

_MOST_NAMESAKES = 60  # passages of one name, beyond which it says nothing
_LEAST_WEIGHT = 0.05  # of a link
_MOST_TARGETS = 60  # of one passage

Found = list[tuple[float, Mention]]


def find_naming_links(index: PassageIndex, names: NameReader, numbers: Sequence[int], texts: PassageTexts) -> Links:
    """Links out of passages by the names in their texts.

    Args:
        index: The passages.
        names: Reads names.
        numbers: Of the passages.
        texts: Of these passages.
    """
    by_owner: list[dict[int, Found]] = [{} for _ in numbers]
    for mention in names.find_in_texts(texts.tokens):
        owner = int(texts.tokens.owners[mention.first])
        for target, weight in _list_targets(index, mention, numbers[owner]):
            by_owner[owner].setdefault(target, []).append((weight, mention))
    lead = is_in_lead(texts, np.arange(len(texts.sentences)))
    spreads: dict[int, float] = {}
    rows: list[Sequence[float]] = []
    for owner, targets in enumerate(by_owner):
        fan = math.log1p(len(targets))
        ordered = sorted(targets.items(), key=lambda item: -max(weight for weight, _ in item[1]))
        for target, found in ordered[:_MOST_TARGETS]:
            weight, surest = max(found, key=lambda item: item[0])
            if surest.row not in spreads:
                spreads[surest.row] = _measure_spread(index, surest, texts)
            rows.append(
                (
                    owner,
                    target,
                    weight,
                    surest.first,
                    surest.stop,
                    any(lead[mention.first] for _, mention in found),
                    False,
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
