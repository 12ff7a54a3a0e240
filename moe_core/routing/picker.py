"""Which Belters a request goes to, and why, by what was learned of the candidates: no registry is read."""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import msgspec

from moe_core.contracts.route import GENERAL, KNOWLEDGE, Route
from moe_core.routing.judge import Judge, learn, share_out
from moe_core.routing.profile import Profile
from moe_core.text.tokens import STOP_WORDS

PERFORMANCE_ODDS = 0.8
"""How far the best and the worst past performance lie apart, in log-odds."""

UNSURE = 0.5
"""Below this share the best is wrong nearly as often as right (benchmarks/routing.py tells): two work on it,
or Camina alone."""

MAX_REASONS = 3
MIN_REASON = 0.1  # log-odds; below it a word says nothing that a reader would see
MAX_EXPLAINED_WORDS = 40  # each costs a classification
_REMEMBERED = 256  # requests; a process is asked the same again when a run is routed that was shown its route before
_REMEMBERED_LENGTH = 2_000  # characters; a longer request is hardly ever made twice


class RouteRules(msgspec.Struct, frozen=True, kw_only=True):
    """What routes are picked by.

    Attributes:
        profiles: The candidates.
        max_belters: Belters that one request may go to.
        share_min: A further Belter must reach this share of the best score.
    """

    profiles: tuple[Profile, ...]
    max_belters: int
    share_min: float


class RoutePicker:
    """Picks the same route for the same request; it learns when it is first asked."""

    def __init__(self, rules: RouteRules) -> None:
        self._rules = rules
        self._recall = lru_cache(_REMEMBERED)(self._pick)

    def __repr__(self) -> str:
        return f"<RoutePicker of {', '.join(profile.name for profile in self._rules.profiles)}>"

    def pick(self, text: str, *, has_documents: bool = False, performance: Mapping[str, float] | None = None) -> Route:
        """Choose who works on a request; see `SmartRouter.route`."""
        past = tuple(performance.items()) if performance else ()
        return (self._recall if len(text) <= _REMEMBERED_LENGTH else self._pick)(text, past, has_documents)

    def _pick(self, text: str, past: tuple[tuple[str, float], ...], has_documents: bool) -> Route:
        judge, performance = self._judge, dict(past)
        words = judge.read(text)
        odds = judge.find_odds(text, words)
        for name, success in performance.items():
            if name in odds:
                odds[name] += PERFORMANCE_ODDS * (min(max(success, 0.0), 1.0) - 0.5)
        scores = share_out(odds)
        ranking = list(scores)
        best, runner_up = ranking[0], ranking[1] if len(ranking) > 1 else ""
        why = _explain(judge, text, words, scores)
        if GENERAL in (best, runner_up) and (best == GENERAL or scores[best] < UNSURE):
            return _leave_plain(scores, why, has_documents=has_documents)
        belters = self._choose(scores)
        why += _explain_belters(belters) + _explain_past(best, runner_up, performance)
        return Route(route=best, belters=belters, scores=scores, runner_up=runner_up, why=why)

    @cached_property
    def _judge(self) -> Judge:
        return learn(self._rules.profiles)

    def _choose(self, scores: Mapping[str, float]) -> tuple[str, ...]:
        """The best Belter and those that come near it, as long as they also beat a plain question."""
        belters = [name for name in scores if name != GENERAL]
        if not belters:
            return ()
        needed = self._rules.share_min * max(scores[belters[0]], scores.get(GENERAL, 0.0))
        others = [name for name in belters[1:] if scores[name] >= needed]
        if scores[belters[0]] < UNSURE:
            others = others or belters[1:2]
        return (belters[0], *others[: self._rules.max_belters - 1])


def _leave_plain(scores: Mapping[str, float], why: str, *, has_documents: bool) -> Route:
    """Camina alone; with documents the Belter who knows them, else the best."""
    ranking = list(scores)
    if ranking[0] != GENERAL:
        why += ", which is too little to send it there"
    belters = [name for name in ranking if name != GENERAL]
    chosen, working = GENERAL, tuple[str, ...]()
    if has_documents and belters:
        chosen = KNOWLEDGE if KNOWLEDGE in belters else belters[0]
        why, working = f"{why}; documents are given, so {chosen} works on it", (chosen,)
    runner_up = next((name for name in ranking if name != chosen), "")
    return Route(route=chosen, belters=working, scores=scores, runner_up=runner_up, why=why)


def _explain(judge: Judge, text: str, words: Sequence[str], scores: Mapping[str, float]) -> str:
    ranking = list(scores)
    best = ranking[0]
    goal = "a plain question" if best == GENERAL else best
    if len(ranking) == 1:
        return f"there is nothing to choose from but {goal}"
    rival = ranking[1]
    lead = f"{goal} ({_percent(scores[best])}), with {_call(rival)} next ({_percent(scores[rival])})"
    if not words:
        return f"the request has no words, which speaks for {lead}"
    telling = _find_telling(judge, text, words, best, rival)
    if not telling:
        return f"no single word decides; the request as a whole speaks for {lead}"
    quoted = [f'"{word}"' for word in telling[:MAX_REASONS]]
    return f"{_join(quoted)} {'speak' if len(quoted) > 1 else 'speaks'} for {lead}"


def _find_telling(judge: Judge, text: str, words: Sequence[str], best: str, rival: str) -> list[str]:
    """The words that speak for the best, most telling first; function words only where no other word does."""
    for is_function_word in (False, True):
        about = [word for word in words[:MAX_EXPLAINED_WORDS] if (word in STOP_WORDS) is is_function_word]
        reasons = judge.find_reasons(text, words, best, rival, about=about)
        telling = sorted((word for word in reasons if reasons[word] >= MIN_REASON), key=lambda word: -reasons[word])
        if telling:
            return telling
    return []


def _explain_belters(belters: Sequence[str]) -> str:
    if len(belters) < 2:
        return ""
    return f"; {_join(belters[1:])} {'come' if len(belters) > 2 else 'comes'} near enough to work on it too"


def _call(name: str) -> str:
    return "a plain question" if name == GENERAL else name


def _percent(share: float) -> str:
    if share < 0.01:
        return "under 1%"
    return "over 99%" if share > 0.99 else f"{share:.0%}"


def _join(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _explain_past(best: str, runner_up: str, performance: Mapping[str, float]) -> str:
    """What was known of how the first two did."""
    bounded = {name: min(1.0, max(0.0, performance.get(name, 0.5))) for name in (best, runner_up)}
    told = [f"{name} {share:.2f}" for name, share in bounded.items() if share != 0.5]
    return f"; success so far: {', '.join(told)}" if told else ""
