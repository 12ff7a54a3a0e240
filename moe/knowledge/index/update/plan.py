"""What an update has to do: which sources are kept, read or dropped."""

import os
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path, PurePath

import msgspec
from msgspec.structs import replace

from moe.contracts.documents import SourceNote
from moe.knowledge.index.format.records import (
    FileState,
    SourceRecord,
    SourceTable,
    make_absolute,
    name_path,
    read_state,
)
from moe.knowledge.index.roots import find_base
from moe.knowledge.index.update.root_plan import RootPlan
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.loading.sources import NO_TEXT_REASON, SourceFile, find_sources
from moe_core.contracts.errors import DocumentError, NameUnknownError
from moe_kit.documents.outline import clean_characters

_ELSEWHERE_REASON = "leads elsewhere now; the index keeps what it held until the path is added again"


class Plan(msgspec.Struct, kw_only=True):
    """What becomes of every source.

    Attributes:
        kept: Whose documents are taken over.
        to_read: Which are read; `documents` does not count yet.
        dropped: Which are in the index and will not be.
        notes: What was passed over, and why.
        asked: Real paths of all files that were asked for.
        left_out: Files that could not be read and are as they were then.
    """

    kept: dict[str, SourceRecord] = msgspec.field(default_factory=dict)
    to_read: dict[str, SourceRecord] = msgspec.field(default_factory=dict)
    dropped: dict[str, SourceRecord] = msgspec.field(default_factory=dict)
    notes: list[SourceNote] = msgspec.field(default_factory=list)
    asked: set[str] = msgspec.field(default_factory=set)
    left_out: dict[str, SourceRecord] = msgspec.field(default_factory=dict)


class Planner:
    """Decides what becomes of every source; looks at files, changes nothing.

    Attributes:
        roots: What becomes of the folders and globs.
    """

    def __init__(
        self,
        table: SourceTable,
        project: Path,
        reading: ReadingSetup,
        *,
        is_anew: bool = False,
        is_portable: bool = False,
        on_look: Callable[[str], object] = str,
    ) -> None:
        """Begin with what is in the index.

        Args:
            table: Where it comes from.
            project: The project's folder.
            reading: How documents are read.
            is_anew: Nothing of the index is taken over; all its sources are read again.
            is_portable: Sources are named by their paths in the project's folder.
            on_look: Called with each file's name before it is looked at.
        """
        self._known = {record.real_path: record for record in table.files}
        self._left_out = {record.real_path: record for record in table.left_out}
        self._project = make_absolute(project)
        self._real_project = Path(os.path.realpath(project))
        self._is_anew = is_anew
        self._is_portable = is_portable
        self._formats = reading.formats
        self._follow_links = reading.settings.follow_links
        self._on_look = on_look
        self._plan = Plan()
        self.roots = RootPlan(table, self._project, reading.formats)

    def plan(self, add: Sequence[str], remove: Sequence[str]) -> Plan:
        """What to do.

        Raises:
            DocumentError: A file that was named cannot be read, or one that must be read again is gone.
            NameUnknownError: What is to be removed is not there.
        """
        for argument in remove:
            matched = self._match(argument)
            self.roots.remove(argument, self._list_below(Path(argument).expanduser()), matched)
            for record in matched:
                self._drop(record)
        is_refresh = not add and not remove
        found: dict[str, SourceRecord] = {}
        for record in self._find_all() if is_refresh else (one for argument in add for one in self._find(argument)):
            if record.real_path not in found or record.is_named:
                found[record.real_path] = record
        for record in found.values():
            if not (is_refresh and self._is_known_to_fail(record)):
                self._look_at(record)
        for record in [record for path, record in self._known.items() if path not in found]:
            if is_refresh or self._is_anew:
                self._look_again(record)
            else:
                self._plan.kept[record.real_path] = record
        self._plan.asked = set() if is_refresh else set(found)
        self._plan.left_out |= {path: record for path, record in self._left_out.items() if path not in found}
        return self._plan

    def _find_all(self) -> Iterator[SourceRecord]:
        """The files of all roots where something has come or gone; what has gone is dropped."""
        for root in self.roots.roots:
            files = self.roots.list_files(root, self._plan.notes)
            if files is None:
                continue
            found = [self._describe(file) for file in files if self._has_sound_name(file)]
            base = find_base(root, self._project)
            self._drop_gone(self._list_below(base), found, is_complete=base == self._project / root.path)
            for record in found:
                if record.real_path in self._known or not self.roots.is_removed(record):
                    yield record

    def _is_known_to_fail(self, record: SourceRecord) -> bool:
        """Whether a file could not be read before, and has not changed since."""
        known = self._left_out.get(record.real_path)
        if known is None or self._is_anew:
            return False
        try:
            is_same = read_state(known.locate(self._project), known.state).digest == known.state.digest
        except OSError:
            is_same = True
        if is_same:
            self._plan.left_out[known.real_path] = known
        return is_same

    def _find(self, argument: str) -> list[SourceRecord]:
        """The files of an argument; those of the index that were below a folder and are no more, are dropped."""
        path = Path(os.path.expanduser(argument))
        below = self._list_below(path)
        self.roots.add(argument, follows_links=self._follow_links)
        try:
            sources = find_sources([argument], formats=self._formats, follow_links=self._follow_links)
        except DocumentError as error:
            if not below or not argument.strip():
                raise
            if not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
                raise DocumentError(
                    error.message, path=error.path, hint=f"`moe index remove {argument}` takes it out of the index"
                ) from error
            files: Sequence[SourceFile] = ()
        else:
            files = sources.files
            self._plan.notes += sources.notes
        found = [self._describe(file) for file in files if self._has_sound_name(file)]
        self._drop_gone(below, found, is_complete=True)
        return found

    def _drop_gone(self, below: Sequence[SourceRecord], found: Sequence[SourceRecord], *, is_complete: bool) -> None:
        """Drop sources that are no more.

        Args:
            below: Those of the index below a folder.
            found: What is there now.
            is_complete: Whether that is all there is in the folder, rather than what fits a glob.
        """
        real_paths, paths = {record.real_path for record in found}, {record.path for record in found}
        for record in below:
            is_there = record.locate(self._project).exists()
            is_gone = not is_there and not record.is_named if not is_complete else not (record.is_named and is_there)
            if record.real_path not in real_paths and (record.path in paths or is_gone):
                self._drop(record)

    def _has_sound_name(self, file: SourceFile) -> bool:
        """Whether a file's full path is Unicode, links resolved; others can stand in no table."""
        if _is_unicode(os.path.realpath(file.path)) and _is_unicode(os.path.abspath(file.path)):
            return True
        if file.is_named:
            raise DocumentError(f"{file.document_id} cannot be indexed: {NO_TEXT_REASON}", path=file.document_id)
        self._plan.notes.append(SourceNote(path=file.document_id, reason=NO_TEXT_REASON))
        return False

    def _describe(self, file: SourceFile) -> SourceRecord:
        path = name_path(make_absolute(file.path), self._project)
        return SourceRecord(
            name=path if self._is_portable else file.document_id,
            path=path,
            real_path=self._name_real(file.path),
            state=FileState(size=0, mtime_ns=-1, digest=""),
            documents=0,
            is_named=file.is_named,
        )

    def _name_real(self, path: Path) -> str:
        return name_path(Path(os.path.realpath(path)), self._real_project)

    def _look_at(self, found: SourceRecord) -> None:
        """Keep a file that is in the index and has not changed; read any other."""
        known = self._known.get(found.real_path)
        if known is not None:
            found = replace(known, is_named=known.is_named or found.is_named)
        self._on_look(found.name)
        try:
            state = read_state(found.locate(self._project), found.state)
        except OSError as error:
            reason = error.strerror or str(error)
            if found.is_named:
                raise DocumentError(f"{found.name} could not be read: {reason}", path=found.name) from error
            self._plan.notes.append(SourceNote(path=found.name, reason=reason))
            if known is not None:
                self._drop(known)
            return
        is_same = known is not None and state.digest == known.state.digest and not self._is_anew
        target = self._plan.kept if is_same else self._plan.to_read
        target[found.real_path] = replace(found, state=state)

    def _look_again(self, known: SourceRecord) -> None:
        """Look at a source that was not asked for; what has been there is not lost because its file is away."""
        path = known.locate(self._project)
        if self._name_real(path) != known.real_path and path.exists():
            self._plan.notes.append(SourceNote(path=known.name, reason=_ELSEWHERE_REASON))
            self._plan.kept[known.real_path] = known
        elif path.exists():
            self._look_at(known)
        elif self._is_anew:
            raise DocumentError(
                f"the index must be made anew, and {known.name}, which is in it, is gone",
                path=known.name,
                hint=f"put it back, or give it up: moe index remove {known.name}",
            )
        else:
            self._plan.notes.append(SourceNote(path=known.name, reason="is gone; the index keeps what it held"))
            self._plan.kept[known.real_path] = known

    def _drop(self, record: SourceRecord) -> None:
        self._known.pop(record.real_path, None)
        self._plan.dropped[record.real_path] = record

    def _list_below(self, path: Path) -> list[SourceRecord]:
        """The sources that are, or lie below, a path; it need not be there any more."""
        lexical, real = make_absolute(path), Path(os.path.realpath(path))
        return [
            record
            for record in self._known.values()
            if (self._project / record.path).is_relative_to(lexical)
            or (self._real_project / record.real_path).is_relative_to(real)
        ]

    def _match(self, argument: str) -> list[SourceRecord]:
        """The sources that an argument to remove means."""
        path = Path(os.path.expanduser(argument))
        found = self._list_below(path) if argument.strip() else []
        pattern = make_absolute(path).as_posix()
        found = found or [
            record
            for record in self._known.values()
            if record.name == argument or PurePath(self._project / record.path).match(pattern)
        ]
        if not found:
            names = [record.name for record in self._known.values()]
            near = get_close_matches(argument, names[:20_000], n=3, cutoff=0.6)
            raise NameUnknownError("source", argument, near=near, hint=None if near else "`moe index status` lists all")
        return found


def _is_unicode(path: str) -> bool:
    return clean_characters(path) == path
