"""What the project's index holds, and what an update of it did."""

from collections.abc import Callable
from enum import StrEnum
from typing import Literal

import msgspec

from moe.contracts.documents import SourceNote


class SourceState(StrEnum):
    """How a source is today, compared with what was read."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"


class SourceChangeKind(StrEnum):
    """What has become of a source since it was read."""

    EDITED = "edited"
    DELETED = "deleted"
    TOUCHED = "touched"
    MOVED = "moved"
    NEW = "new"


_WORDS = {
    SourceChangeKind.EDITED: "{name} has changed since it was indexed",
    SourceChangeKind.DELETED: "{name} is gone since it was indexed",
    SourceChangeKind.TOUCHED: "{name} was touched since it was indexed; its content is the same",
    SourceChangeKind.MOVED: "{name} has moved to {moved_to} since it was indexed",
    SourceChangeKind.NEW: "{name} is new in a folder that was indexed",
}


class SourceChange(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is not as it was read.

    Attributes:
        name: As it was named when it was added.
        kind: What has become of it.
        moved_to: Its new name, when it has moved.
        size: Bytes that would be read to take it in.
        is_taken_in: The index was brought up to date with it.
    """

    name: str
    kind: SourceChangeKind
    moved_to: str = ""
    size: int = 0
    is_taken_in: bool = False

    @property
    def is_behind(self) -> bool:
        """Whether the index says other things than the files do."""
        return not self.is_taken_in and self.kind is not SourceChangeKind.TOUCHED

    def describe(self) -> str:
        """What has become of it, in words."""
        return _WORDS[self.kind].format(name=self.name, moved_to=self.moved_to)


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A source and how it is today."""

    name: str
    state: SourceState
    documents: int


class IndexStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the index holds.

    Attributes:
        folder: Where it lies.
        exists: Anything was ever indexed.
        is_outdated: It was made by another version of moe; documents and passages are not counted then.
        damage: What is wrong with it, as far as opening it tells; "" for nothing.
        documents: In all.
        passages: In all.
        size_bytes: On the disk.
        sources: By real path.
    """

    folder: str
    exists: bool
    is_outdated: bool = False
    damage: str = ""
    documents: int = 0
    passages: int = 0
    size_bytes: int = 0
    sources: tuple[SourceStatus, ...] = ()


class IndexChange(msgspec.Struct, frozen=True, kw_only=True):
    """What an update did.

    Attributes:
        added: Names of the files that are new in the index.
        changed: Of those that were read again.
        removed: Of those that are no longer in it.
        unchanged: How many were kept as they were.
        notes: What was left out, and why.
        documents: In the index now.
        passages: In the index now.
        is_anew: Nothing was taken over, as after an update of moe, or damage.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    notes: tuple[SourceNote, ...] = ()
    documents: int = 0
    passages: int = 0
    is_anew: bool = False


class IndexProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not right.

    Attributes:
        what: In one line.
        remedy: What to do.
        is_damage: The index itself is wrong, rather than behind its sources.
    """

    what: str
    remedy: str
    is_damage: bool


class IndexProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an update is.

    Attributes:
        step: Looking for changes, reading what changed, writing, or preparing what the retriever needs.
        name: The file at hand; what is prepared, as in "passages embedded"; "" when writing.
        done_bytes: Of the files to read; passages when preparing.
        total_bytes: All of them together.
        passages: Made so far.
    """

    step: Literal["looking", "reading", "writing", "preparing"]
    name: str = ""
    done_bytes: int = 0
    total_bytes: int = 0
    passages: int = 0


IndexProgressListener = Callable[[IndexProgress], None]
