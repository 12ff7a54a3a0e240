"""Learning from scores: they are kept, and move personas by the thresholds."""

import logging
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from typing import Any

import msgspec

from moe.contracts.personas import PersonaScore
from moe.contracts.search import WordsTrial
from moe.experts.lifecycle import adapt_thresholds, decide_move, join_moves, pruning_phase
from moe.experts.performance import (
    PersonaPerformance,
    describe_performance,
    is_damaged,
    list_set_aside,
    load_performances,
    set_aside,
    write_performances,
)
from moe.experts.settings import PersonaThresholds
from moe.experts.shared_learning import SharedLearning, collect_learning, take_learning
from moe.experts.store import PersonaStore
from moe.experts.words_leaning import WordsLeaning, load_leaning, write_leaning
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError
from moe_core.contracts.persona import Tier
from moe_core.contracts.persona_payloads import ExpertScored, PersonaChanged
from moe_core.contracts.wire import JsonObject
from moe_core.loading.persona_forms import PersonaError

_FILE = "performance.json"
_LEANING_FILE = "words.json"
_ID_FILE = "learning-id"
_LOG = logging.getLogger("moe.experts")


class SharedGain(msgspec.Struct, frozen=True, kw_only=True):
    """What came of taking in the learning of other workspaces.

    Attributes:
        scores: That were in it.
        experts: Whom they speak of.
        unknown: Whom they speak of and who is not here; that is left out.
    """

    scores: float
    experts: tuple[str, ...]
    unknown: tuple[str, ...]


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
        with _mapped_errors(self._path):
            return load_performances(self._path)

    def find_damaged(self) -> tuple[Path | None, list[Path]]:
        """The file of what is kept, if it is damaged, and the damaged ones that were kept aside.

        Raises:
            StorageError: It cannot be read.
        """
        with _mapped_errors(self._path):
            return self._path if is_damaged(self._path) else None, list_set_aside(self._path)

    def keep_damaged(self) -> str:
        """Keep the file aside if it is damaged, so that nothing is written over it; what to tell of that, or "".

        Raises:
            StorageError: It cannot be read, or the workspace cannot be written.
        """
        if self.find_damaged()[0] is None:
            return ""
        with self.store.writing():
            return _keep_damaged(self._path)

    @property
    def _path(self) -> Path:
        return self.store.workspace.personas_path / _FILE

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
            _keep_damaged(path)
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

    def load_leaning(self) -> WordsLeaning:
        """How much oftener or seldomer than elsewhere walks found more than words alone.

        Raises:
            StorageError: It cannot be read.
        """
        path = self.store.workspace.personas_path / _LEANING_FILE
        with _mapped_errors(path):
            return load_leaning(path)

    def learn_leaning(self, trials: Sequence[WordsTrial]) -> WordsLeaning:
        """Keep what walks found beside words; how it leans now.

        Raises:
            StorageError: The workspace cannot be written.
        """
        with self.store.writing() as folder:
            path = folder.folder / _LEANING_FILE
            _keep_damaged(path, WordsLeaning)
            leaning = load_leaning(path).learn(trials)
            write_leaning(path, leaning)
        return leaning

    def find_due(self) -> list[PersonaChanged]:
        """Who would move now: by thresholds that were set after its last score, say.

        Raises:
            StorageError: The workspace cannot be read.
        """
        tiers = {one.persona.name: one.persona.tier for one in self.store.list_standing()[0]}
        standings = {name: one.stand(tiers[name]) for name, one in self.load().items() if name in tiers}
        thresholds = adapt_thresholds(self.thresholds, standings.values())
        moves = [decide_move(name, standing, thresholds) for name, standing in sorted(standings.items())]
        return [move for move in moves if move is not None]

    def share(self, *, epsilon: float | None = None) -> SharedLearning:
        """What feedback here says of the experts, for other workspaces; see `collect_learning`.

        Raises:
            StorageError: The workspace cannot be written: it needs an id.
        """
        with self.store.writing() as folder:
            return collect_learning(
                load_performances(folder.folder / _FILE),
                workspace=_find_id(folder.folder / _ID_FILE),
                epsilon=epsilon,
                draw=SystemRandom().random,
            )

    def take(self, learnings: Sequence[SharedLearning], *, is_dry: bool = False) -> SharedGain:
        """Let what other workspaces learned count here; a file that is taken again counts once, the last one.

        It decides who walks first as feedback does. It moves no tier: those go by what happened here.

        Args:
            learnings: What they share.
            is_dry: Keep nothing.

        Raises:
            RequestError: One of them is this workspace's own.
            StorageError: The workspace cannot be written.
        """
        named = {name for learning in learnings for name in learning.experts}
        known = {one.persona.name for one in self.store.list_standing()[0]} & named
        with self.store.writing() as folder:
            path = folder.folder / _FILE
            own = _find_id(folder.folder / _ID_FILE)
            if any(learning.workspace == own for learning in learnings):
                raise RequestError("this learning is this workspace's own", hint="take in what others export")
            kept = load_performances(path)
            taken = {**{name: PersonaPerformance() for name in sorted(known)}, **kept}
            for learning in learnings:
                taken = take_learning(taken, learning)
            if not is_dry:
                _keep_damaged(path)
                write_performances(path, taken)
        scores = sum(learning.count() for learning in learnings)
        return SharedGain(scores=scores, experts=tuple(sorted(known)), unknown=tuple(sorted(named - known)))

    def _find_tiers(self, names: Collection[str]) -> dict[str, Tier]:
        """Where each of these stands, of those that there are; all others too where they set the thresholds."""
        if self.thresholds.dynamic:
            return {one.persona.name: one.persona.tier for one in self.store.list_standing()[0]}
        tiers = {}
        for name in sorted(names):
            with suppress(NameUnknownError, PersonaError):
                tiers[name] = self.store.get(name).persona.tier
        return tiers


@contextmanager
def _mapped_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint="make it readable") from error


def _keep_damaged(path: Path, holds: Any = dict[str, PersonaPerformance]) -> str:
    """Keep that file aside if it is damaged; what to tell of that, or "". The caller is the only writer."""
    if not is_damaged(path, holds):
        return ""
    told = f"{path} is damaged, and kept as {set_aside(path).name} beside it; the experts learn anew"
    _LOG.warning(told)
    return told


def _find_id(path: Path) -> str:
    """This workspace's id, drawn when it is first needed."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        drawn = secrets.token_hex(16)
        path.write_text(drawn + "\n", encoding="ascii")
        return drawn


def list_scores(events: Sequence[ExpertScored]) -> list[PersonaScore]:
    """One score a persona and kind of question of a run: the mean over its searches that count.

    Where several looked for the same, each counts as a share of the best one's score: that a question is hard is not
    the experts' fault. One that was told of several times counts as it was judged by most.
    """
    rounds: dict[str, dict[str, ExpertScored]] = {}
    for event in events:
        known = rounds.get(event.query, {}).get(event.persona)
        if event.counts and (known is None or len(known.parts) <= len(event.parts)):
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
