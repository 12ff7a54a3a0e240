"""One change at a time to the folders of personas, which is carried out as a whole whenever its process dies."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from moe.contracts.personas import PersonaRecord
from moe_core.contracts.wire import JsonObject, decode_json, encode_json, format_json

_JOURNAL = "journal.json"
_PENDING = ".pending"  # what is being written; no reader looks at it
_HISTORY = "history.jsonl"


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done.

    Attributes:
        record: The line of the history.
        content: The persona's new file, in the tier it stands in afterwards; None moves the file there is.
    """

    record: PersonaRecord
    content: JsonObject | None


class PersonaFolder(msgspec.Struct, frozen=True):
    """The folders on disk: a file a persona, a folder a tier, and the history beside them.

    A change is first written down, then done, then added to the history, then struck out. Whoever holds the lock next
    finishes what is still written down, so that a process may die anywhere; what was not written down did not happen.
    Only the holder of the lock calls `finish` and `change`.

    Attributes:
        folder: `personas` in the workspace.
    """

    folder: Path

    def path_of(self, persona_id: str, tier: str) -> Path:
        """Where the file of a persona in that tier is."""
        return self.folder / tier / f"{persona_id}.json"

    def finish(self) -> None:
        """Carry out what a dead process has written down and not finished.

        Raises:
            OSError: The folders cannot be written.
        """
        self.folder.joinpath(_PENDING).mkdir(exist_ok=True)
        # It is put in place whole, so that only a hand can have damaged it.
        with suppress(FileNotFoundError, ValueError):
            self._carry_out(decode_json(_Change, self._journal.read_bytes()))
        self._journal.unlink(missing_ok=True)

    def change(self, record: PersonaRecord, content: JsonObject | None = None) -> None:
        """Make one change.

        Args:
            record: What it is; its `before` and `after` say which folders.
            content: The persona's stored form, for one that is made or edited.

        Raises:
            OSError: The folders cannot be written.
        """
        change = _Change(record=record, content=content)
        self._write(self._journal, encode_json(change))
        self._carry_out(change)
        self._journal.unlink()

    def read_history(self) -> Iterator[PersonaRecord]:
        """What happened, oldest first; lines that cannot be read are left out.

        Raises:
            OSError: It cannot be read.
        """
        try:
            lines = self.history_path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            with suppress(ValueError):
                yield decode_json(PersonaRecord, line)

    @property
    def _journal(self) -> Path:
        return self.folder / _JOURNAL

    @property
    def history_path(self) -> Path:
        """What has happened, a line each."""
        return self.folder / _HISTORY

    def _carry_out(self, change: _Change) -> None:
        """Do what may have been done already."""
        what = change.record.data
        place = self.path_of(what.persona, what.after)
        place.parent.mkdir(exist_ok=True)
        if change.content is not None:
            self._write(place, format_json(change.content).encode() + b"\n")
        else:
            with suppress(FileNotFoundError):
                os.replace(self.path_of(what.persona, what.before), place)
        self._append(encode_json(change.record))

    def _append(self, line: bytes) -> None:
        """Add a line to the history, unless it is its last one already."""
        with self.history_path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - len(line) - 2))
            tail = file.read()
            if tail.splitlines()[-1:] == [line] and tail.endswith(b"\n"):
                return
            file.write((b"" if not tail or tail.endswith(b"\n") else b"\n") + line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file whole: it is the old one or the new one at every moment."""
        pending = self.folder / _PENDING / path.name
        with pending.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(pending, path)
