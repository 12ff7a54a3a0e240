"""The cycle of a question: experts are woken, what they bring is judged, and the best one's evidence leads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pkgutil import resolve_name

from msgspec.structs import replace

from moe.contracts.experts import Consultation, ExpertRound, ExpertWalk, ExpertWish
from moe.experts.evaluation import WeightedScorer, evaluation_phase, find_lead, vouching_phase
from moe.experts.expansion import ExpertPanel, expansion_phase
from moe.experts.joining import find_added
from moe.experts.performance import Performances, read_proven, read_seen
from moe.experts.selection import make_bench
from moe.experts.settings import ExpertSettings
from moe.experts.track_records import find_kind, read_bundled
from moe.experts.words_leaning import WordsLeaning
from moe_core.contracts.persona import Persona
from moe_core.contracts.scorer import Scorer
from moe_core.loading.registry import Catalog


@dataclass(frozen=True, kw_only=True)
class ExpertCycle:
    """Guides searches; what is known of the experts is read at the first one, and stays so until it is made anew.

    Attributes:
        personas: Who there is.
        scorers: Those that the settings weigh are taken from here.
        settings: Of choosing.
        load: Reads how they did in this workspace.
        load_leaning: Reads how often walks found more than words alone there.
        seed: Another one draws otherwise.
    """

    personas: Catalog[Persona] = field(repr=False)
    scorers: Catalog[type[Scorer]] = field(repr=False)
    settings: ExpertSettings
    load: Callable[[], Performances] = dict
    load_leaning: Callable[[], WordsLeaning] = WordsLeaning
    seed: int = 0

    @cached_property
    def panel(self) -> ExpertPanel:
        """Who can be woken, and what is known of them."""
        personas = [entry.value for entry in self.personas]
        performances = self.load()
        proven = read_bundled(personas).join(read_proven(performances))
        return ExpertPanel(
            bench=make_bench(
                personas, own=[entry.value.name for entry in self.personas if entry.source.origin == "workspace"]
            ),
            proven=proven,
            records=proven.join(read_seen(performances)),
            settings=self.settings,
            seed=self.seed,
        )

    @cached_property
    def words_shift(self) -> float:
        """What feedback adds to the log odds that a walk finds more than words alone."""
        return self.load_leaning().shift

    @cached_property
    def _scorers(self) -> tuple[WeightedScorer, ...]:
        return tuple(
            WeightedScorer(scorer=self.scorers.get(name).value(), weight=weight)
            for name, weight in self.settings.weights.items()
        )

    def may_rest(self, question: str, wish: ExpertWish) -> bool:
        """Whether nobody need be woken for a question that its own words decide.

        Somebody is where the settings or the request want it, and where a newcomer on trial is to be judged.
        """
        if not self.settings.words_first or wish.personas or wish.most is not None:
            return False
        return self.panel.find_trial(question, self.panel.choose_first(question)) is None

    def consult(self, question: str, walk: ExpertWalk, wish: ExpertWish) -> Consultation:
        """Wake experts as far as it takes and judge what they bring; the best one leads, the others add what is new.

        With more than one iteration the leading one then walks on from what was found.

        Raises:
            MoeError: Nobody that was woken could walk, or a scorer failed.
        """
        expansion = expansion_phase(question, walk, self.panel, wish)
        findings = expansion.findings
        judged = (*findings, *expansion.trial)
        scorers = self._scorers if len(findings) > 1 else ()
        kind = find_kind(question)
        scores = evaluation_phase(question, kind, judged, scorers)
        means = self.panel.proven.read_means([finding.persona for finding in findings], kind)
        place = find_lead(scores[: len(findings)], means)
        added = find_added(findings[place], [*findings[:place], *findings[place + 1 :]])
        scores = vouching_phase(scores, judged, place, [name for some in added.values() for name, _ in some])
        if (
            expansion.is_doubtful and len(judged) == 1
        ):  # a hard question is not its fault, and nobody to hold it against
            scores = (replace(scores[0], counts=False),)
        lead, pairs = findings[place], tuple(pair for some in added.values() for pair in some)
        rounds: tuple[ExpertRound, ...] = ()
        if self.settings.max_iterations > 1:
            read = {node_id: finding.read for finding in reversed(findings) for node_id in finding.node_ids}
            known = {node_id: read[node_id](node_id) for node_id in (*lead.node_ids, *(name for name, _ in pairs))}
            iteration_phase = resolve_name("moe.experts.iteration:iteration_phase")  # by name: one round is the default
            rounds = iteration_phase(question, lead, walk, known=known, max_iterations=self.settings.max_iterations)
        return Consultation(
            choices=expansion.choices,
            scores=tuple(
                replace(one, is_leading=at == place, added=len(added.get(one.persona, ())))
                for at, one in enumerate(scores)
            ),
            lead=lead.persona,
            trial=next((finding.persona for finding in expansion.trial), ""),
            added=pairs,
            rounds=rounds,
        )
