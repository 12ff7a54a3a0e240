"""The audit log on disk: a JSON object a line, each with the digest of the line before it."""

import hashlib
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from moe.contracts.audit import AuditFault, AuditLine, AuditNote, AuditReport
from moe.storage.writer_lock import try_lock
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import encode_json
from moe_core.text.secrets import MASK

_FILE = "audit.jsonl"
_HEAD = "audit.head"
_LOCK = "audit.lock"
_WAIT_SECONDS = 5.0
_LOOK_SECONDS = 0.001
_TAIL_BYTES = 65_536  # far more than any line has
_TEXT_MAX = 500
_FAULTS_MAX = 100
_FIRST = "0" * 64
_DIGEST = re.compile(rb',"digest":"([0-9a-f]{64})"\}')
# Keys of moe's, and signed tokens: somebody may write one where no secret belongs.
_SECRETS = re.compile(r"moe_[0-9a-f]{12}_[\w-]+|\beyJ[\w-]+\.[\w-]*\.[\w-]*")


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """A line without its digest."""

    number: int
    at: float
    note: AuditNote
    previous: str


class AuditTrail:
    """The log of a workspace, which several processes write; it is only ever added to.

    Args:
        folder: The workspace's.
        create: Makes that folder.

    Raises:
        StorageError: From every method: the log cannot be read or written.
    """

    def __init__(self, folder: Path, create: Callable[[], None]) -> None:
        self._folder = folder
        self._path = folder / _FILE
        self._create = create
        self._own = threading.Lock()

    def __repr__(self) -> str:
        return f"<AuditTrail {self._path}>"

    def append(self, note: AuditNote) -> AuditLine:
        """Add a line."""
        shown = msgspec.structs.asdict(note)
        note = AuditNote(**{name: _SECRETS.sub(MASK, text)[:_TEXT_MAX] for name, text in shown.items()})
        with self._own, self._mapped_errors(), self._lock():
            with self._open() as file:
                number, previous, is_torn = _read_tail(file)
                body = _Body(number=number + 1, at=round(time.time(), 3), note=note, previous=previous)
                text = encode_json(body)
                digest = _make_digest(text[:-1])
                file.write((b"\n" if is_torn else b"") + text[:-1] + b',"digest":"' + digest.encode() + b'"}\n')
            self._write_head(body.number, digest)
        return AuditLine(number=body.number, at=body.at, note=note, previous=previous, digest=digest)

    def read(self, most: int) -> list[AuditLine]:
        """The last lines, oldest first; those that are none are left out."""
        with self._mapped_errors():
            found = deque(self._iterate_lines(), maxlen=most)
        lines = (_read_line(line) for line in found)
        return [line for line in lines if line is not None]

    def verify(self, *, kept: tuple[int, str] | None = None) -> AuditReport:
        """Look whether each line is as it was written, and in its place.

        Args:
            kept: The number and the digest of a line, as somebody keeps them elsewhere.
        """
        chain = _Chain()
        with self._mapped_errors(), self._lock():
            for line in self._iterate_lines():
                chain.add(line)
            head = self._read_head()
        chain.end(head, kept)
        return AuditReport(
            path=str(self._path), lines=chain.lines, digest=chain.digest, faults=tuple(chain.faults[:_FAULTS_MAX])
        )

    def _iterate_lines(self) -> Iterator[bytes]:
        if self._path.exists():
            with self._path.open("rb") as file:
                yield from file

    def _open(self) -> BinaryIO:
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(descriptor, "r+b")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """No other process's turn."""
        if not self._folder.exists():
            self._create()
        with (self._folder / _LOCK).open("a+b") as file:
            until = time.monotonic() + _WAIT_SECONDS
            while not try_lock(file):
                if time.monotonic() >= until:
                    raise StorageError(f"another process holds {file.name}", hint="end it, or try again")
                time.sleep(_LOOK_SECONDS)
            yield

    def _write_head(self, number: int, digest: str) -> None:
        """Keep how far the log goes: lines that are cut off at its end are missed by that."""
        path = self._folder / _HEAD
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(f"{number:020d} {digest}\n".encode())  # always as long, so that it is written over in one go

    def _read_head(self) -> tuple[int, str] | None:
        try:
            number, digest = (self._folder / _HEAD).read_text(encoding="ascii").split()
            return int(number), digest
        except FileNotFoundError:
            return None
        except ValueError:
            return 0, ""

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            told = f"the audit log {self._path} cannot be read or written: {error.strerror or error}"
            raise StorageError(told, hint="make room, or make the workspace writable") from error


class _Chain:
    """Lines that are looked over, one after the other."""

    def __init__(self) -> None:
        self.lines = 0
        self.digest = ""
        self.faults: list[AuditFault] = []
        self._previous = _FIRST
        self._number = 0
        self._digests: dict[int, str] = {}

    def add(self, line: bytes) -> None:
        """Look at the next line."""
        self.lines += 1
        found = _read_line(line)
        if found is None:
            self._tell(self.lines, "is no line of the log: it was changed, or cut off while it was written")
            return
        if _make_digest(_cut_digest(line)) != found.digest:
            self._tell(self.lines, f"was changed: its digest is not that of what it says (line {found.number})")
        elif found.number != self._number + 1:
            self._tell(self.lines, self._explain_number(found.number))
        elif found.previous != self._previous:
            self._tell(self.lines, "does not follow the line before it, which was changed or put in")
        self._previous, self._number, self.digest = found.digest, found.number, found.digest
        self._digests[found.number] = found.digest

    def end(self, head: tuple[int, str] | None, kept: tuple[int, str] | None) -> None:
        """Look whether the log goes as far as it was written, and still has what somebody keeps of it."""
        if head is not None and self._digests.get(head[0]) != head[1]:
            what = "is missing at the end" if head[0] > self._number else "is not the one that was written last"
            self._tell(head[0], what)
        elif head is None and self.lines:
            self._tell(self.lines, f"may not be the last one: {_HEAD} is missing")
        if kept is not None and self._digests.get(kept[0]) != kept[1]:
            is_there = kept[0] in self._digests
            there_are = f"there are {self.lines} lines" if self.lines != 1 else "there is 1 line"
            what = "is not the one whose digest was kept" if is_there else f"was kept, and is not there: {there_are}"
            self._tell(kept[0], what)

    def _explain_number(self, number: int) -> str:
        expected = self._number + 1
        if number > expected:
            return f"is line {number}, where line {expected} should be: {number - expected} before it are missing"
        return f"is line {number}, where line {expected} should be: it was put in, or the order was changed"

    def _tell(self, line: int, what: str) -> None:
        self.faults.append(AuditFault(line=line, what=what))


def _read_tail(file: BinaryIO) -> tuple[int, str, bool]:
    """The number and digest of the last line that is whole, and whether one after it is cut off."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    is_torn = bool(tail) and not tail.endswith(b"\n")
    for line in reversed(tail.splitlines(keepends=True)):
        found = _read_line(line)
        if found is not None:
            return found.number, found.digest, is_torn
    return 0, _FIRST, is_torn


def _read_line(line: bytes) -> AuditLine | None:
    if not line.endswith(b"\n") or not _DIGEST.fullmatch(line[-len(_END) - 1 : -1]):
        return None
    try:
        return msgspec.json.decode(line, type=AuditLine)
    except msgspec.MsgspecError:
        return None


_END = b',"digest":"' + _FIRST.encode() + b'"}'


def _cut_digest(line: bytes) -> bytes:
    return line[: -len(_END) - 1]


def _make_digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
