"""The experts of a project: who there is, made, changed, moved, written to files and read from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import moe.rooms as rooms
from moe.contracts.persona_report import PersonaEdit
from moe.contracts.personas import (
    TIERS,
    BredPersona,
    PersonaChoice,
    PersonaRecord,
    PersonaScore,
    Simulation,
    StandingPersona,
)
from moe.contracts.runs import RunRating, RunSummary
from moe_core.contracts.errors import NameUnknownError, PluginError, RequestError
from moe_core.contracts.event import EventKind
from moe_core.contracts.payloads import RouteChosen
from moe_core.contracts.persona import Persona, Tier
from moe_core.contracts.persona_payloads import ExpertScored, PersonaChanged
from moe_core.contracts.plugin import Problem
from moe_core.contracts.wire import JsonObject, decode_json
from moe_core.files.regular import read_regular
from moe_core.loading.persona_forms import PersonaError, read_persona, write_persona
from moe_core.loading.plugins.persona_files import load_personas

_COST = 0.3  # of waking one that nobody says anything of
_SCORES_MAX_BYTES = 16 << 20  # hundreds of thousands of lines


@dataclass(frozen=True, kw_only=True)
class PersonaDirectory:
    """Who the experts are, and where each stands.

    Attributes:
        store: Plugins' personas, and what became of them in the workspace.
        registry: Has the strategies that personas walk by.
        thresholds: Personas rise and fall by them.
        ledger: How they did.
    """

    store: "rooms.PersonaStore"
    registry: "rooms.Registry"
    thresholds: "rooms.PersonaThresholds"
    ledger: "rooms.PersonaLedger"

    def list_all(self) -> tuple[list[StandingPersona], list[Problem]]:
        """All personas by name, and the files that hold none.

        Raises:
            StorageError: The folders cannot be read.
        """
        return self.store.list_standing()

    def get(self, name: str) -> StandingPersona:
        """One persona.

        Raises:
            NameUnknownError: There is none; the nearest names are in the hint.
            MoeError: It cannot be read.
        """
        return self.store.get(name)

    def create(self, data: Mapping[str, Any]) -> StandingPersona:
        """Take in a new persona, as experimental.

        Args:
            data: In either form.

        Raises:
            PersonaError: All that is wrong with it.
            NameUnknownError: It walks by a strategy that nobody brings.
            RequestError: The name is taken.
        """
        persona = replace(self._read(data), tier=Tier.EXPERIMENTAL)
        self.store.add([persona], reason="made by hand")
        return self.get(persona.name)

    def edit(self, name: str, data: Mapping[str, Any]) -> StandingPersona:
        """Put another form in the place of a persona; it stays where it stands.

        Args:
            name: Whose.
            data: In either form, with the same name.

        Raises:
            PersonaError: All that is wrong with it.
            NameUnknownError: There is no such persona, or no such strategy.
            RequestError: The name is another one.
        """
        self.get(name)
        persona = self._read(data)
        if persona.name != name:
            hint = "make another persona with `moe personas new`; each keeps its name"
            raise RequestError(f"{name} cannot become {persona.name}", hint=hint)
        self.store.add([persona], reason="edited by hand", replaces=True)
        return self.get(name)

    def make(self, name: str, *, like: str | None, edit: PersonaEdit) -> StandingPersona:
        """Make a persona, as experimental.

        Args:
            name: Its own.
            like: A persona to begin from; None for one that is neutral.
            edit: What it has otherwise.

        Raises:
            PersonaError: All that is wrong with it.
            NameUnknownError: There is nobody like that, or no such strategy.
            RequestError: The name is taken.
        """
        whole = self.write([like])[0] if like else {"traits": {}, "expertise": [], "metadata": {}}
        data = {
            "activation_cost": _COST,
            **whole,
            "persona_id": name,
            "historical_performance": {},
            "metadata": {**whole["metadata"], **({"parent": like} if like else {})},
        }
        return self.create(edit.apply(data))

    def change(self, name: str, edit: PersonaEdit) -> StandingPersona:
        """Change a persona; it stays where it stands. Errors are those of `edit`."""
        return self.edit(name, edit.apply(self.write([name])[0]))

    def move(self, name: str, to: Tier, *, reason: str) -> PersonaChanged:
        """Have a persona stand in a tier, wherever it stood.

        Raises:
            NameUnknownError: There is no such persona.
            RequestError: It stands there.
        """
        self.get(name)
        return self.store.move(name, to, reason=reason)

    def promote(self, name: str, *, to: Tier | None = None, reason: str) -> PersonaChanged:
        """Let a persona rise by a tier, or to a higher one.

        Raises:
            RequestError: It is pruned, stands highest already, or `to` is not above.
        """
        return self._step(name, to, reason, by=1)

    def demote(self, name: str, *, to: Tier | None = None, reason: str) -> PersonaChanged:
        """Let a persona sink by a tier, or to a lower one; below experimental it is pruned.

        Raises:
            RequestError: It is pruned already, or `to` is not below.
        """
        return self._step(name, to, reason, by=-1)

    def restore(self, name: str, *, reason: str) -> PersonaChanged:
        """Bring a pruned persona back, as experimental.

        Raises:
            RequestError: It is not pruned.
        """
        tier = self.get(name).persona.tier
        if tier is not Tier.PRUNED:
            raise RequestError(f"{name} is not pruned: it is {tier}", hint=f"moe personas show {name}")
        return self.store.move(name, Tier.EXPERIMENTAL, reason=reason)

    def read_history(self, name: str | None = None) -> list[PersonaRecord]:
        """What happened to one persona or to all, oldest first.

        Raises:
            NameUnknownError: Nothing is known of one of that name.
            StorageError: It cannot be read.
        """
        return self.store.read_history(name)

    def check_file(self, path: Path) -> tuple[list[Persona], list[str]]:
        """The personas that a file holds, and everything that is wrong in it, each with its place.

        Raises:
            RequestError: It cannot be read, or is no JSON.
        """
        personas: list[Persona] = []
        faults: list[str] = []
        for place, data in enumerate(_load(path)):
            try:
                personas.append(self._read(data))
            except PersonaError as error:
                faults += [f"[{place}] {error.who}: {fault}" for fault in error.faults]
            except NameUnknownError as error:
                faults.append(f"[{place}] {error}")
        names = [persona.name for persona in personas]
        faults += [f"persona {name} stands there twice" for name in sorted({n for n in names if names.count(n) > 1})]
        return personas, faults

    def take_in(self, path: Path, *, replaces: bool, keeps_tiers: bool) -> list[Persona]:
        """Take in the personas of a file: all, or none when anything is wrong.

        Args:
            path: JSON, one object or a list.
            replaces: One that there is already is edited.
            keeps_tiers: New ones start in the tier that the file says, else as experimental.

        Raises:
            RequestError: The file cannot be used, or a name is taken.
        """
        personas, faults = self.check_file(path)
        if faults:
            raise RequestError(f"{path}: {'; '.join(faults)}", hint=f"`moe personas validate {path}` lists them")
        taken = [one if keeps_tiers else replace(one, tier=Tier.EXPERIMENTAL) for one in personas]
        self.store.add(taken, reason=f"imported from {path.name}", replaces=replaces)
        return taken

    def write(self, names: Sequence[str] = ()) -> list[JsonObject]:
        """The stored form of these personas, or of all.

        Raises:
            NameUnknownError: There is none of a name.
        """
        chosen = [self.get(name) for name in names] if names else self.list_all()[0]
        return [write_persona(one.persona) for one in chosen]

    def simulate(self, path: Path, *, is_applied: bool) -> Simulation:
        """Who would move by recorded scores, from where everybody stands now.

        Args:
            path: A JSON object a line, oldest first: `{"persona": "ann", "score": 0.4}`.
            is_applied: Move them.

        Raises:
            RequestError: The file cannot be read, or a line holds no score.
            StorageError: The workspace cannot be written.
        """
        scores = _load_scores(path)
        named = {one.persona for one in scores}
        tiers = {one.persona.name: one.persona.tier for one in self.list_all()[0]}
        known = {name: tier for name, tier in tiers.items() if name in named}
        moves, standings = rooms.replay(scores, known, self.thresholds)
        for move in rooms.join_moves(moves) if is_applied else ():
            self.store.move(move.persona, Tier(move.after), reason=move.reason, numbers=move.numbers)
        return Simulation(
            moves=tuple(moves),
            tiers={name: str(standing.tier) for name, standing in standings.items()},
            unknown=tuple(sorted(named - known.keys())),
        )

    def rate(self, runs: "rooms.RunStore", run_id: str, rating: RunRating) -> tuple[RunSummary, list[PersonaChanged]]:
        """Keep what the user thinks of a run; the experts learn from it whose evidence led, and routing who worked.

        The same word said again changes nothing; another one takes the place of the one before.

        Args:
            runs: The record.
            run_id: Of the run, a beginning of it, or "last".
            rating: What the user says.

        Returns:
            The run, and whom it moved.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: The run is not over.
            StorageError: It cannot be kept.
        """
        before = runs.get_summary(run_id).rating
        summary = runs.rate(run_id, rating)
        if before is not None and before.verdict == rating.verdict:
            return summary, []
        told = list(runs.stream_events([EventKind.EXPERT_SCORED, EventKind.ROUTE_CHOSEN], run_id=summary.run_id))
        scored = [event.data for event in told if isinstance(event.data, ExpertScored)]
        rooms.RouteMemory(workspace=self.store.workspace).rate(
            [name for event in told if isinstance(event.data, RouteChosen) for name in _list_chosen(event.data)],
            is_good=rating.verdict == "good",
            was_good=None if before is None else before.verdict == "good",
        )
        feedback = rooms.list_feedback(scored, is_good=rating.verdict == "good")
        retracted = () if before is None else rooms.list_feedback(scored, is_good=before.verdict == "good")
        return summary, self.ledger.learn(feedback, is_feedback=True, retracted=retracted) if feedback else []

    def evolve(self, *, most: int, seed: int, is_dry: bool = False) -> list[BredPersona]:
        """Take in variants of the experts that did best, as experimental; see `moe.experts.breeding.breed`.

        Args:
            most: Variants on trial at once; as many fewer are made as there are already.
            seed: Another one draws otherwise.
            is_dry: Make nothing.

        Raises:
            RequestError: Nobody has done well often enough.
            StorageError: The workspace cannot be written.
        """
        standing, _ = self.list_all()
        records = rooms.read_proven(self.ledger.load())
        if not rooms.find_parents(standing, records):
            hint = "moe runs rate and moe experts train give feedback; active and stable experts count"
            raise RequestError("no expert has the eight scores of feedback yet that a parent needs", hint=hint)
        variants = rooms.breed(standing, records, strategies=self.registry.traversals.names(), most=most, seed=seed)
        if variants and not is_dry:
            self.store.add(variants, reason="bred")
        parents = {one.persona.name: one.persona for one in standing}
        return [_describe_variant(variant, parents) for variant in variants]

    def merge_learning(self, paths: Sequence[Path], *, is_dry: bool = False) -> "rooms.SharedGain":
        """Let what other workspaces learned count here; see `PersonaLedger.take`.

        Raises:
            RequestError: A file cannot be used, or is this workspace's own.
            StorageError: The workspace cannot be written.
        """
        return self.ledger.take([rooms.load_learning(path) for path in paths], is_dry=is_dry)

    def choose(
        self, question: str, *, scores: Path | None, budget: float, most: int, seed: int
    ) -> tuple[PersonaChoice, ...]:
        """Who would be woken for a question, the cheapest first, and why.

        Args:
            question: What is asked.
            scores: How they did so far, as for `simulate`; a line may have the `kind` of its question.
            budget: The most that they cost together.
            most: Personas at most.
            seed: Another one draws otherwise.

        Raises:
            RequestError: The file of scores cannot be read, or a line holds no score.
        """
        records = rooms.build_records(_load_scores(scores) if scores is not None else ())
        standing = self.list_all()[0]
        bench = rooms.make_bench(
            [one.persona for one in standing], own=[one.persona.name for one in standing if one.is_stored]
        )
        return rooms.choose_personas(question, bench, records, budget=budget, most=most, seed=seed)

    def _read(self, data: object) -> Persona:
        persona = read_persona(data)
        if persona.traversal:
            self.registry.traversals.get(persona.traversal)
        return persona

    def _step(self, name: str, to: Tier | None, reason: str, *, by: int) -> PersonaChanged:
        tier = self.get(name).persona.tier
        if by > 0 and tier is Tier.PRUNED:
            raise RequestError(f"{name} is pruned", hint=f"moe personas restore {name}")
        place = TIERS.index(tier) + by
        if not 0 <= place < len(TIERS):
            raise RequestError(f"{name} is {tier}, and there is no tier beyond", hint=f"moe personas show {name}")
        if to is not None and (TIERS.index(to) - TIERS.index(tier)) * by <= 0:
            side = "above" if by > 0 else "below"
            raise RequestError(f"{to} is not {side} {tier}, where {name} stands", hint=f"tiers: {', '.join(TIERS)}")
        return self.store.move(name, to or TIERS[place], reason=reason)


def _describe_variant(variant: Persona, parents: Mapping[str, Persona]) -> BredPersona:
    parent = parents[str(variant.metadata["parent"])]
    return BredPersona(name=variant.name, parent=parent.name, changes=rooms.describe_changes(variant, parent))


def _load(path: Path) -> list[object]:
    """The plain JSON values of a file."""
    try:
        return load_personas(path, plugin=path.name)
    except PluginError as error:
        raise RequestError(f"{path} {error.message}", hint=error.hint) from error
    except UnicodeDecodeError as error:
        raise RequestError(f"cannot read {path}: it is not UTF-8", hint="name a JSON file of personas") from error
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror}", hint="name a JSON file of personas") from error


def _load_scores(path: Path) -> list[PersonaScore]:
    """The scores of a file, a line each."""
    scores = []
    for number, line in enumerate(_read_scores(path).splitlines(), 1):
        if line.strip():
            try:
                scores.append(decode_json(PersonaScore, line))
            except ValueError as error:
                hint = 'write lines like {"persona": "sceptic", "score": 0.4}'
                raise RequestError(f"{path}:{number} is no score: {error}", hint=hint) from error
    return scores


def _read_scores(path: Path) -> bytes:
    try:
        return read_regular(path, max_bytes=_SCORES_MAX_BYTES)
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror}", hint="name a JSON file of scores") from error


def _list_chosen(route: RouteChosen) -> tuple[str, ...]:
    """The Belters that routing chose; none where one was named or there was no choice."""
    return route.belters if len(route.scores) > 1 else ()
