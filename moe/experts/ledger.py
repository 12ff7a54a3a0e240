"""Learning from scores: they are kept, and move personas by the thresholds."""

from collections.abc import Collection, Sequence
from contextlib import suppress

import msgspec

from moe.contracts.personas import PersonaScore
from moe.experts.lifecycle import join_moves, pruning_phase
from moe.experts.performance import (
    PersonaPerformance,
    describe_performance,
    load_performances,
    write_performances,
)
from moe.experts.settings import PersonaThresholds
from moe.experts.store import PersonaStore
from moe_core.contracts.errors import NameUnknownError, StorageError
from moe_core.contracts.persona import Tier
from moe_core.contracts.persona_payloads import ExpertScored, PersonaChanged
from moe_core.contracts.wire import JsonObject
from moe_core.loading.persona_forms import PersonaError

_FILE = "performance.json"


class PersonaLedger(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of how the experts of a workspace did.

    Attributes:
        store: Who there is, and where each stands.
        thresholds: Personas move by them.
    """

    store: PersonaStore
    thresholds: PersonaThresholds

    def load(self) -> dict[str, PersonaPerformance]:
        """What is kept, by persona.

        Raises:
            StorageError: It cannot be read.
        """
        path = self.store.workspace.personas_path / _FILE
        try:
            return load_performances(path)
        except OSError as error:
            raise StorageError(f"cannot read {path}: {error.strerror}", hint="make it readable") from error

    def describe(self, name: str) -> JsonObject:
        """What is kept of a persona, in figures for a reader; {} for nothing.

        Raises:
            StorageError: It cannot be read.
        """
        return describe_performance(self.load().get(name, PersonaPerformance()), self.thresholds)

    def learn(
        self, scores: Sequence[PersonaScore], *, is_feedback: bool, retracted: Sequence[PersonaScore] = ()
    ) -> list[PersonaChanged]:
        """Keep scores, and move whom they move; the moves.

        Feedback decides who walks first; what the experts' own evaluation says moves tiers only. Scores of personas
        that there are not count for nothing.

        Args:
            scores: Oldest first.
            is_feedback: Somebody who knows the answer gave them.
            retracted: Feedback that is taken back; it leaves the records.

        Raises:
            StorageError: The workspace cannot be written.
        """
        with self.store.writing() as folder:
            path = folder.folder / _FILE
            kept = load_performances(path)
            tiers = self._find_tiers({one.persona for one in (*scores, *retracted)})
            before = {name: kept.get(name, PersonaPerformance()) for name in tiers}
            moves, after = pruning_phase(
                scores, {name: one.stand(tiers[name]) for name, one in before.items()}, self.thresholds
            )
            for score in retracted:
                if score.persona in before:
                    before[score.persona] = before[score.persona].retract(score)
            for score in scores:
                if score.persona in before:
                    before[score.persona] = before[score.persona].take_score(score, is_feedback=is_feedback)
            made = [
                self.store.move_within(folder, move.persona, Tier(move.after), reason=move.reason, numbers=move.numbers)
                for move in join_moves(moves)
            ]
            changed = {one.persona for one in (*scores, *retracted)} & before.keys()
            write_performances(
                path, {**kept, **{name: before[name].take_standing(after[name]) for name in sorted(changed)}}
            )
        return made

    def _find_tiers(self, names: Collection[str]) -> dict[str, Tier]:
        """Where each of these stands, of those that there are; all others too where they set the thresholds."""
        if self.thresholds.dynamic:
            return {one.persona.name: one.persona.tier for one in self.store.list_standing()[0]}
        tiers = {}
        for name in sorted(names):
            with suppress(NameUnknownError, PersonaError):
                tiers[name] = self.store.get(name).persona.tier
        return tiers


def list_scores(events: Sequence[ExpertScored]) -> list[PersonaScore]:
    """One score a persona and kind of question of a run: the mean over its searches that count.

    Where several looked for the same, each counts as a share of the best one's score: that a question is hard is not
    the experts' fault.
    """
    rounds: dict[str, dict[str, ExpertScored]] = {}
    for event in events:
        if event.counts:
            rounds.setdefault(event.query, {})[event.persona] = event
    found: dict[tuple[str, str], list[float]] = {}
    for together in rounds.values():
        best = max(one.score for one in together.values())
        for one in together.values():
            share = one.score / best if len(together) > 1 and best else one.score
            found.setdefault((one.persona, one.question_kind), []).append(share)
    return [
        PersonaScore(persona=persona, kind=kind, score=sum(values) / len(values))
        for (persona, kind), values in found.items()
    ]


def list_feedback(events: Sequence[ExpertScored], *, is_good: bool) -> list[PersonaScore]:
    """What the user's word on a run says of the experts whose evidence led in it."""
    leading = dict.fromkeys((event.persona, event.question_kind) for event in events if event.is_leading)
    return [PersonaScore(persona=persona, kind=kind, score=float(is_good)) for persona, kind in leading]
