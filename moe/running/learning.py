"""What a run teaches of its experts, once it is over."""

from moe.contracts.personas import PersonaScore
from moe.experts.ledger import PersonaLedger, list_scores
from moe.experts.track_records import find_kind
from moe_core.contracts.errors import StorageError
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import ObserverNote
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored


class ExpertWatch:
    """An event listener that keeps how the experts of a run were judged."""

    reads = (ExpertScored, ExpertChosen)

    def __init__(self) -> None:
        self._scored: list[ExpertScored] = []
        self._failed: list[ExpertChosen] = []

    def __call__(self, event: Event) -> None:
        """Keep one event, if it judges an expert or tells that its walk failed."""
        data = event.data
        if isinstance(data, ExpertScored):
            self._scored.append(data)
        elif isinstance(data, ExpertChosen) and data.failure:
            self._failed.append(data)

    @property
    def has_seen(self) -> bool:
        """Whether any expert was judged, or failed."""
        return bool(self._scored or self._failed)

    def conclude(self, ledger: PersonaLedger | None) -> list[EventPayload]:
        """Have what was seen kept; whom it moves, or why it could not be kept."""
        scores = list_scores(self._scored)
        failed = dict.fromkeys((one.persona, find_kind(one.query)) for one in self._failed)
        scores += [PersonaScore(persona=persona, kind=kind, score=0.0) for persona, kind in failed]
        if ledger is None or not scores:
            return []
        try:
            told = ledger.keep_damaged()
            notes = [ObserverNote(severity="warning", text=f"{told}.")] if told else []
            return [*notes, *ledger.learn(scores, is_feedback=False)]
        except StorageError as error:
            return [ObserverNote(severity="info", text=f"How the experts did could not be kept: {error.message}.")]
