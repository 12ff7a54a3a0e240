"""Reports on the experts of a project."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import moe.rooms as rooms
from moe.contracts.metrics import CallMetrics
from moe.contracts.persona_report import PersonaBoard, PersonaCard, PersonaReport, PersonaRun, PersonaTerritory
from moe.contracts.personas import PersonaRecord, StandingPersona
from moe_core.loading.persona_forms import write_persona

_HISTORY_SHOWN = 100
_THRESHOLDS = ("pruning", "demotion", "activation", "promotion")


@dataclass(frozen=True, kw_only=True)
class PersonaReports:
    """How the experts did, as the record, feedback and history tell.

    Attributes:
        directory: Who they are.
        runs: The record.
    """

    directory: "rooms.PersonaDirectory"
    runs: "rooms.RunStore"

    def look_over(self, *, since: float = 0.0) -> PersonaBoard:
        """All experts in short.

        Args:
            since: Of runs that began then or later, Unix time in seconds.

        Raises:
            StorageError: Record or workspace cannot be read.
        """
        standing, _ = self.directory.list_all()
        tally, calls = self._measure(since)
        known = self.directory.ledger.load()
        last = {record.data.persona: record for record in self.directory.read_history()}
        return PersonaBoard(
            experts=tuple(self._describe(one, tally, calls, known, last.get(one.persona.name)) for one in standing),
            searches=len(tally.searches),
            thresholds=self._thresholds,
            observations_min=self.directory.thresholds.observations_min,
        )

    def describe(self, name: str, *, since: float = 0.0, sees_runs: bool = True) -> PersonaReport:
        """All that is known of an expert.

        Args:
            name: Its own.
            since: Of runs that began then or later, Unix time in seconds.
            sees_runs: Name runs.

        Raises:
            NameUnknownError: There is none; the nearest names are in the hint.
            StorageError: Record or workspace cannot be read.
        """
        standing = self.directory.get(name)
        tally, calls = self._measure(since)
        known = self.directory.ledger.load()
        history = list(reversed(self.directory.read_history(name)))
        best, worst = tally.list_extremes(name) if sees_runs else ([], [])
        performance = known.get(name)
        return PersonaReport(
            card=self._describe(standing, tally, calls, known, next(iter(history), None)),
            persona=write_persona(standing.persona),
            location=standing.source.location,
            is_stored=standing.is_stored,
            history=tuple(islice(history, _HISTORY_SHOWN)),
            history_total=len(history),
            kinds=() if performance is None else tuple(rooms.list_kinds(performance)),
            best=tuple(map(self._name_run, best)),
            worst=tuple(map(self._name_run, worst)),
            rivals=tuple(tally.list_rivals(name)),
            thresholds=self._thresholds,
            observations_min=self.directory.thresholds.observations_min,
        )

    def find_territory(self, name: str) -> PersonaTerritory:
        """Where an expert walked lately.

        Raises:
            NameUnknownError: There is none; the nearest names are in the hint.
            StorageError: Record or workspace cannot be read.
        """
        return rooms.find_territory(self.runs, self.directory.get(name).persona.name)

    @property
    def _thresholds(self) -> dict[str, float]:
        return {name: getattr(self.directory.thresholds, name) for name in _THRESHOLDS}

    def _measure(self, since: float) -> "tuple[rooms.UseTally, Mapping[str, CallMetrics]]":
        tally = rooms.collect_use(self.runs, since=since)
        return tally, rooms.measure_runs(self.runs, since=since).personas

    def _describe(
        self,
        standing: StandingPersona,
        tally: "rooms.UseTally",
        calls: Mapping[str, CallMetrics],
        known: "Mapping[str, rooms.PersonaPerformance]",
        moved: PersonaRecord | None,
    ) -> PersonaCard:
        persona = standing.persona
        performance = known.get(persona.name) or rooms.PersonaPerformance()
        source = "bundled" if standing.source.origin == "bundled" else standing.source.plugin
        return PersonaCard(
            name=persona.name,
            description=persona.description,
            tier=str(persona.tier),
            rule=moved.data.reason if moved is not None and moved.data.reason else f"as {source} brings it",
            moved=moved,
            source=source,
            traversal=persona.traversal,
            activation_cost=persona.activation_cost,
            tier_score=round(performance.stand(persona.tier).estimate(self.directory.thresholds), 4),
            since_move=performance.since_move,
            feedback=rooms.rate_all(performance.proven),
            use=tally.describe(persona.name, calls.get(persona.name)),
        )

    def _name_run(self, one: "rooms.ScoredSearch") -> PersonaRun:
        return PersonaRun(
            run_id=one.run_id,
            question=self.runs.get_summary(one.run_id).question,
            query=one.query,
            score=round(one.score, 4),
            is_leading=one.is_leading,
            at=one.at,
        )
