"""Waking experts for a question, one after the other, as far as what comes back is doubtful."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from moe.contracts.experts import ExpertChoice, ExpertFinding, ExpertWalk, ExpertWish
from moe.contracts.personas import PersonaChoice
from moe.experts.doubt import Doubt, find_doubt
from moe.experts.evaluation import is_telling
from moe.experts.selection import PersonaBench, choose_first, choose_personas, choose_trial, draw_share
from moe.experts.settings import ExpertSettings
from moe.experts.track_records import TrackRecords, find_kind
from moe_core.contracts.errors import MoeError


class ExpertPanel(msgspec.Struct, frozen=True, kw_only=True):
    """Who can be woken, and what is known of them; read once, when the documents are opened.

    Attributes:
        bench: The personas.
        proven: Their records by feedback, which decide who is woken first.
        records: The same with what the experts' own evaluation says, which decide whom doubt wakes.
        settings: Of choosing.
        seed: Another one draws otherwise.
        firsts: By kind of question, who is woken first; kept as it is asked for.
    """

    bench: PersonaBench
    proven: TrackRecords
    records: TrackRecords
    settings: ExpertSettings
    seed: int = 0
    firsts: dict[str, ExpertChoice] = msgspec.field(default_factory=dict)

    def choose_first(self, question: str) -> ExpertChoice:
        """Who is woken first for a question, by its kind.

        Raises:
            RequestError: Nobody is left.
        """
        kind = find_kind(question)
        if kind not in self.firsts:
            self.firsts[kind] = choose_first(question, self.bench, self.proven, budget=self.settings.budget)
        return self.firsts[kind]

    def find_trial(self, question: str, first: ExpertChoice, *, most: int | None = None) -> PersonaChoice | None:
        """Who is to look beside one that is woken alone, so that it is soon known what it is worth."""
        if (self.settings.most if most is None else most) == 1:
            return None
        budget = max(0.0, self.settings.budget - first.cost)
        return choose_trial(question, self.bench, self.records, budget=budget, seed=self.seed, after=first.persona)


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """What waking experts brought.

    Attributes:
        choices: Who was woken, in that order.
        findings: Of those that walked and have a say.
        trial: Of the one that looked without a say, to be judged; () for nobody.
        is_doubtful: What one that has a say alone brought is doubtful.
    """

    choices: tuple[ExpertChoice, ...]
    findings: tuple[ExpertFinding, ...]
    trial: tuple[ExpertFinding, ...] = ()
    is_doubtful: bool = False


def expansion_phase(question: str, walk: ExpertWalk, panel: ExpertPanel, wish: ExpertWish | None = None) -> Expansion:
    """Wake the expert with the best record, and others in a share of the questions in which what came back is doubtful.

    Those that are wished for are woken in their place.

    One whose walk fails is told of with its failure, and the next one takes its place. Where the first one is woken
    alone, a newcomer of the workspace that is on trial looks as well, without a say.

    Raises:
        MoeError: All of those that were woken failed; the first one's failure.
    """
    wish = wish or ExpertWish()
    choices: list[ExpertChoice] = []
    findings: list[ExpertFinding] = []
    failures: list[MoeError] = []
    for choice in _name_wished(panel.bench, wish) if wish.personas else _propose(question, panel, wish, findings):
        try:
            findings.append(walk(choice.persona))
            choices.append(choice)
        except MoeError as error:
            failures.append(error)
            choices.append(replace(choice, failure=error.message))
    if not findings and failures:
        raise failures[0]
    trial: tuple[ExpertFinding, ...] = ()
    is_alone = len(choices) == 1 and not wish.personas
    doubt = find_doubt(findings[0], panel.settings.doubt) if is_alone else None
    if doubt is not None:
        choices[0] = _tell_doubt(choices[0], doubt)
    tried = _propose_trial(question, panel, wish, choices[0]) if is_alone and is_telling(findings[0]) else None
    if tried is not None:
        try:
            trial = (walk(tried.persona),)
        except MoeError as error:
            tried = replace(tried, failure=error.message)
        choices.append(tried)
    return Expansion(choices=tuple(choices), findings=tuple(findings), trial=trial, is_doubtful=doubt is not None)


def _propose_trial(question: str, panel: ExpertPanel, wish: ExpertWish, first: ExpertChoice) -> ExpertChoice | None:
    """Who looks beside one that was woken alone, so that it is soon known what it is worth."""
    tried = panel.find_trial(question, first, most=wish.most)
    if tried is None:
        return None
    reason = "it is new here, and looks without a say, to be judged"
    return ExpertChoice(persona=tried.persona, cost=tried.cost, reason=reason, numbers=tried.list_numbers())


def _tell_doubt(alone: ExpertChoice, doubt: Doubt) -> ExpertChoice:
    """The choice of one that was woken alone, with what is doubtful in what it brought."""
    reason = f"{alone.reason}; {doubt.reason}, and nobody else was woken"
    return replace(alone, reason=reason, numbers={**alone.numbers, **doubt.numbers})


def _name_wished(bench: PersonaBench, wish: ExpertWish) -> Iterator[ExpertChoice]:
    costs: Mapping[str, float] = dict(zip(bench.names, bench.costs.tolist(), strict=True))
    for name in dict.fromkeys(wish.personas):
        yield ExpertChoice(persona=name, cost=costs.get(name, 0.0), reason="it was asked for")


def _propose(
    question: str, panel: ExpertPanel, wish: ExpertWish, findings: Sequence[ExpertFinding]
) -> Iterator[ExpertChoice]:
    """Who is to be woken next, seen what those before brought."""
    most = panel.settings.most if wish.most is None else wish.most
    first = panel.choose_first(question)
    yield first
    if most == 1 and findings:
        return
    doubt = find_doubt(findings[0], panel.settings.doubt) if findings else None
    is_drawn = doubt is not None and draw_share(question, panel.settings.doubt.share, seed=panel.seed)
    if findings and not is_drawn and not (wish.most is not None and wish.most > 1):
        return
    others = choose_personas(
        question,
        panel.bench,
        panel.records,
        budget=max(0.0, panel.settings.budget - first.cost),
        most=max(1, most - 1),
        seed=panel.seed,
        after=first.persona,
    )
    why = "the first expert failed" if not findings else doubt.reason if doubt else "several were asked for"
    for other in others:
        if findings and len(findings) >= most:
            return
        numbers = {**other.list_numbers(), **(doubt.numbers if doubt else {})}
        tried = "it is experimental, and is tried" if other.is_exploration else "its record and expertise are the best"
        yield ExpertChoice(
            persona=other.persona, cost=other.cost, reason=f"{why}, and of the others {tried}", numbers=numbers
        )
