"""How well a request fits each candidate, learned from the candidates' own examples and words."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from moe_core.contracts.route import GENERAL
from moe_core.routing.features import find_features, read_words, stem_words
from moe_core.routing.lessons import Lessons, recall_lessons
from moe_core.routing.newcomer import Newcomer
from moe_core.routing.profile import Profile
from moe_core.routing.spelling import Spelling
from moe_core.text.tokens import stem

MIN_EXAMPLES = 20
"""Candidates with fewer are newcomers: weighed by their words alone."""

PLAIN_ODDS = -0.5
"""Log-odds of a plain question while Camina brings no examples of one."""

UNKNOWN_ODDS = 2.0
"""What a request without any known word gains for Camina, in log-odds."""

_KINDS_OF_WORDS = ("word:", "part:", "speaks:")


class Judge:
    """Scores requests for a fixed set of candidates. The same request always gets the same scores."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        learned = [profile for profile in profiles if len(profile.examples) >= MIN_EXAMPLES]
        if len(learned) < 2:
            learned = []
        self.names = tuple(profile.name for profile in profiles)
        self._lessons = recall_lessons(learned) if learned else None
        others = [profile for profile in profiles if profile not in learned]
        self._spelling = Spelling(
            [
                *(self._lessons.spelt if self._lessons else ()),
                *(word for profile in others for text in profile.phrases() for word in read_words(text)),
            ]
        )
        self._newcomers = {
            profile.name: Newcomer(profile, self._lessons.shares if self._lessons else {})
            for profile in others
            if profile.name != GENERAL
        }

    def __repr__(self) -> str:
        return f"<Judge of {', '.join(self.names)}>"

    def read(self, text: str) -> list[str]:
        """The words that are judged, with slips of spelling mended."""
        return [word if self._is_known(word) else self._spelling.mend(word) for word in read_words(text)]

    def _is_known(self, word: str) -> bool:
        """Whether examples hold the word or another form of it: then it is no slip of spelling."""
        lessons = self._lessons
        return lessons is not None and (word in lessons.words or stem(word) in lessons.shares)

    def find_odds(self, text: str, words: Sequence[str]) -> dict[str, float]:
        """Log-odds of every candidate, not normalised.

        Args:
            text: The request as written.
            words: From `read`.
        """
        found = {GENERAL: PLAIN_ODDS}
        if self._lessons is not None:
            classifier = self._lessons.classifier
            known = self._find_known(self._lessons, text, words)
            found |= dict(zip(classifier.classes, classifier.find_logits(known), strict=True))
            if not _has_words(known):
                found[GENERAL] += UNKNOWN_ODDS
        stems = stem_words(words)
        found |= {name: newcomer.find_odds(stems) for name, newcomer in self._newcomers.items()}
        return {name: found[name] for name in self.names}

    def find_reasons(
        self, text: str, words: Sequence[str], chosen: str, rival: str, *, about: Iterable[str]
    ) -> dict[str, float]:
        """For each of some words, how far the lead of one candidate over another shrinks without it."""
        rests = {word: [other for other in words if other != word] for word in about}
        lessons = self._lessons
        if lessons is not None and {chosen, rival} <= set(lessons.classifier.classes):
            lead, leads = self._find_learned_leads(lessons, text, words, rests, chosen, rival)
        else:
            lead, *others = [_get_lead(self.find_odds(text, part), chosen, rival) for part in (words, *rests.values())]
            leads = dict(zip(rests, others, strict=True))
        return {word: lead - without for word, without in leads.items()}

    def _find_learned_leads(
        self,
        lessons: Lessons,
        text: str,
        words: Sequence[str],
        rests: Mapping[str, Sequence[str]],
        chosen: str,
        rival: str,
    ) -> tuple[float, dict[str, float]]:
        """The lead of all words, and without each word; only features that differ are weighed again."""
        classifier = lessons.classifier
        unknown = UNKNOWN_ODDS * ((chosen == GENERAL) - (rival == GENERAL))
        whole = self._find_known(lessons, text, words)
        gap, length = classifier.weigh_gap(whole, chosen, rival)
        leads = {}
        for word, rest in rests.items():
            known = self._find_known(lessons, text, rest)
            lost = classifier.weigh_gap(whole - known, chosen, rival)
            gained = classifier.weigh_gap(known - whole, chosen, rival)
            lead = classifier.close_gap(gap - lost[0] + gained[0], length - lost[1] + gained[1], chosen, rival)
            leads[word] = lead if _has_words(known) else lead + unknown
        lead = classifier.close_gap(gap, length, chosen, rival)
        return lead if _has_words(whole) else lead + unknown, leads

    def _find_known(self, lessons: Lessons, text: str, words: Sequence[str]) -> set[str]:
        """The features of a request that examples have too."""
        features = find_features(text, words, lessons.vocabularies, lessons.frequent)
        return features & lessons.classifier.features.keys()


def _get_lead(odds: Mapping[str, float], chosen: str, rival: str) -> float:
    return odds[chosen] - odds[rival]


def _has_words(features: Iterable[str]) -> bool:
    """Whether any of these features comes from the words themselves rather than from their order."""
    return any(feature.startswith(_KINDS_OF_WORDS) for feature in features)


@lru_cache(4)
def learn(profiles: tuple[Profile, ...]) -> Judge:
    """The judge of these candidates; learned once."""
    return Judge(profiles)


def share_out(odds: Mapping[str, float]) -> dict[str, float]:
    """Log-odds as shares that add up to 1, best first, ties by name."""
    top = max(odds.values())
    weights = {name: math.exp(value - top) for name, value in odds.items()}
    total = sum(weights.values())
    return {name: weights[name] / total for name in sorted(weights, key=lambda name: (-weights[name], name))}
