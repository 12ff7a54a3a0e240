"""The personas of a workspace: plugins bring them, and what becomes of them is kept in a folder a tier."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from moe.contracts.personas import PersonaRecord, StandingPersona
from moe.experts.catalog import join_catalog, make_source
from moe.experts.journal import PersonaFolder
from moe.storage.workspace import Workspace
from moe.storage.writer_lock import WriterLock
from moe_core.contracts.errors import RequestError, StorageError
from moe_core.contracts.persona import Persona, Tier
from moe_core.contracts.persona_payloads import PersonaChanged
from moe_core.contracts.plugin import Problem
from moe_core.files.regular import read_regular
from moe_core.loading.persona_forms import PersonaError, write_persona
from moe_core.loading.registry import Catalog
from moe_core.loading.stored_personas import decode_persona

_LOCK = "lock"
_WAIT_SECONDS = 5.0  # chosen: a change takes about a hundredth of a second, so that dozens may wait in a row
_MAX_BYTES = 1 << 20
_SCANS_MAX = 5  # of folders that change while they are looked at
# Names that no file can have on Windows, whatever their ending.
_DEVICES = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))])


class PersonaStore(msgspec.Struct, frozen=True, kw_only=True):
    """Who there is and where each stands. What plugins bring is never written to; nothing is ever deleted.

    Attributes:
        workspace: Keeps the tiers' folders and the history.
        seeds: The personas that plugins bring.
    """

    workspace: Workspace
    seeds: Catalog[Persona]

    def list_standing(self) -> tuple[list[StandingPersona], list[Problem]]:
        """All personas by name, and the files that hold none.

        Raises:
            StorageError: The folders cannot be read.
        """
        paths, twice = self._scan()
        found, problems = self._list_seeds(), [_tell_twice(path) for path in twice]
        for persona_id, path in paths.items():
            try:
                found[persona_id] = self._read(path)
            except (PersonaError, StorageError) as error:
                hint = "mend the file; while it is damaged, the persona is as its plugin brings it, or left out"
                problem = Problem(
                    plugin=f"workspace/{path.parent.name}/{path.name}",
                    reason="persona",
                    message=error.message,
                    hint=hint,
                    location=str(path),
                )
                problems.append(problem)
        return [found[name] for name in sorted(found)], problems

    def get(self, name: str) -> StandingPersona:
        """One persona.

        Raises:
            NameUnknownError: There is none; the nearest names are in the hint.
            NameTakenError: Several plugins bring the name.
            PersonaError: Its file holds none.
            StorageError: It cannot be read.
        """
        path = self._scan()[0].get(name)
        if path is not None:
            return self._read(path)
        entry = self.join().get(name)
        return StandingPersona(persona=entry.value, source=entry.source, is_stored=entry.source.origin == "workspace")

    def join(self) -> Catalog[Persona]:
        """What plugins bring with what the workspace has over it; a file is read when its persona is used.

        Raises:
            StorageError: The folders cannot be read.
        """
        paths, _ = self._scan()
        return join_catalog(self.seeds, paths, self._read) if paths else self.seeds

    def read_stamp(self) -> tuple[int, int]:
        """Tells whether anything has happened to anybody: the history's length, and when it was written last."""
        try:
            found = self._folder.history_path.stat()
        except OSError:
            return 0, 0
        return found.st_size, found.st_mtime_ns

    def add(self, personas: Sequence[Persona], *, reason: str, replaces: bool = False) -> None:
        """Take in new personas, each into its tier; all of them or none.

        Args:
            personas: Whole ones.
            reason: For the history.
            replaces: One that there is already is edited, and stays where it stands.

        Raises:
            RequestError: A name is taken, or cannot be that of a file everywhere.
            StorageError: The workspace cannot be written.
        """
        with self.writing() as folder:
            stored, _ = self._scan()
            standing = {one.lower(): one for one in (*stored, *self.seeds.names())}
            for persona in personas:
                _check_name(persona.name, standing, replaces=replaces)
                standing[persona.name.lower()] = persona.name
            for persona in personas:
                before = self._find_tier(persona.name, stored)
                action = "edited" if before else "created"
                kept = replace(persona, tier=Tier(before)) if before else persona
                folder.change(_record(kept.name, action, before, str(kept.tier), reason), write_persona(kept))

    def move(self, name: str, tier: Tier, *, reason: str, numbers: Mapping[str, float] | None = None) -> PersonaChanged:
        """Let a persona stand in another tier.

        Args:
            name: Whose.
            tier: Where it goes.
            reason: For the history.
            numbers: What decided it.

        Raises:
            NameUnknownError: There is none of that name.
            RequestError: It stands there already.
            StorageError: The workspace cannot be written.
        """
        with self.writing() as folder:
            return self.move_within(folder, name, tier, reason=reason, numbers=numbers)

    def move_within(
        self,
        folder: PersonaFolder,
        name: str,
        tier: Tier,
        *,
        reason: str,
        numbers: Mapping[str, float] | None = None,
    ) -> PersonaChanged:
        """Do what `move` does, by who is the only writer already."""
        standing = self.get(name)
        persona = standing.persona
        if persona.tier is tier:
            raise RequestError(f"{persona.name} is {tier} already", hint=f"moe personas show {persona.name}")
        record = _record(persona.name, "moved", str(persona.tier), str(tier), reason, numbers)
        content = None if standing.is_stored else write_persona(replace(persona, tier=tier))
        folder.change(record, content)
        return record.data

    def read_history(self, name: str | None = None) -> list[PersonaRecord]:
        """What happened to one persona or to all, oldest first.

        Raises:
            NameUnknownError: There is no persona of that name, and nothing is known of one.
            StorageError: It cannot be read.
        """
        with self._mapped_errors():
            records = [one for one in self._folder.read_history() if name in (None, one.data.persona)]
        if name is not None and not records:
            self.get(name)
        return records

    @property
    def _folder(self) -> PersonaFolder:
        return PersonaFolder(self.workspace.personas_path)

    @contextmanager
    def writing(self) -> Iterator[PersonaFolder]:
        """Be the only writer; what a dead one left undone is done first.

        Raises:
            StorageError: The workspace cannot be written.
        """
        self.workspace.create()
        folder = self._folder
        with self._mapped_errors():
            folder.folder.mkdir(exist_ok=True)
            with WriterLock(folder.folder / _LOCK, what="personas", wait_seconds=_WAIT_SECONDS):
                folder.finish()
                for path in self._scan()[1]:
                    problem = _tell_twice(path)
                    raise StorageError(problem.message, hint=problem.hint)
                yield folder

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = f"cannot use {error.filename or self._folder.folder}: {error.strerror}"
            raise StorageError(message, hint="make the folder readable and writable") from error

    def _list_seeds(self) -> dict[str, StandingPersona]:
        return {
            self.seeds.find_name(entry): StandingPersona(persona=entry.value, source=entry.source, is_stored=False)
            for entry in self.seeds
        }

    def _scan(self) -> tuple[dict[str, Path], list[Path]]:
        """The files by the personas' names, as they are at one moment; and those of names that were seen before.

        Raises:
            StorageError: The folders cannot be read.
        """
        with self._mapped_errors():
            before = self._look()
            for _ in range(_SCANS_MAX):  # one that is moved meanwhile could be seen twice, or not at all
                found = self._look()
                if found == before:
                    break
                before = found
        places: dict[str, Path] = {}
        twice = [path for path in before if places.setdefault(path.stem, path) is not path]
        return places, twice

    def _look(self) -> list[Path]:
        found = []
        for tier in Tier:
            folder = self._folder.folder / tier
            try:
                names = sorted(os.listdir(folder))
            except FileNotFoundError:
                continue
            found += [folder / name for name in names if name.endswith(".json")]
        return found

    def _read(self, path: Path) -> StandingPersona:
        """The persona of a file.

        Raises:
            PersonaError: It holds none, or one of another name.
            StorageError: It cannot be read.
        """
        path, content = self._load(path)
        try:
            persona = decode_persona(content)
        except ValueError as error:
            raise PersonaError(f"persona {path.stem}", (str(error),), hint=f"mend {path}") from error
        tier = path.parent.name
        persona = persona if persona.tier == tier else replace(persona, tier=Tier(tier))
        if persona.name != path.stem:
            fault = f"at $.persona_id: {persona.name!r} is not the file's name, {path.stem!r}"
            raise PersonaError(f"persona {path.stem}", (fault,), hint="let them be the same")
        return StandingPersona(persona=persona, source=make_source(path), is_stored=True)

    def _load(self, path: Path) -> tuple[Path, bytes]:
        """What a file holds, and where it lies: another process may have moved it to another tier since it was seen.

        Raises:
            StorageError: It cannot be read.
        """
        for _ in range(_SCANS_MAX):
            try:
                return path, read_regular(path, max_bytes=_MAX_BYTES)
            except FileNotFoundError:
                path = self._scan()[0].get(path.stem, path)
            except OSError as error:
                raise StorageError(f"cannot read {path}: {error.strerror}", hint="make it readable") from error
        raise StorageError(f"cannot read {path}: there is no such file any more", hint="moe personas list")

    def _find_tier(self, name: str, stored: Mapping[str, Path]) -> str:
        """Where a persona stands; "" for none."""
        if name in stored:
            return stored[name].parent.name
        return str(self.seeds.get(name).value.tier) if name in self.seeds else ""


def _check_name(name: str, standing: Mapping[str, str], *, replaces: bool) -> None:
    """Refuse a name that is taken, also by one that differs in case only: on some systems that is the same file."""
    taken = standing.get(name.lower())
    if taken is not None and (taken != name or not replaces):
        hint = f"`moe personas edit {taken}` changes it" if taken == name else "choose a name that differs in letters"
        raise RequestError(f"there is a persona {taken} already", hint=hint)
    if name.split(".", maxsplit=1)[0].lower() in _DEVICES or name.endswith("."):
        raise RequestError(f"{name} can be no file's name on every system", hint="choose another name")


def _record(
    name: str,
    action: str,
    before: str,
    after: str,
    reason: str,
    numbers: Mapping[str, float] | None = None,
) -> PersonaRecord:
    data = PersonaChanged(
        persona=name, action=action, before=before, after=after, reason=reason, numbers=dict(numbers or {})
    )
    return PersonaRecord(at=time.time(), data=data)


def _tell_twice(path: Path) -> Problem:
    return Problem(
        plugin=f"workspace/{path.parent.name}/{path.name}",
        reason="persona",
        message=f"the persona {path.stem} stands in {path.parent.name} and in another tier as well",
        hint="move one of the two files to another place",
        location=str(path),
    )
