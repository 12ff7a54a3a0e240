"""Reading sources: what cannot be read is a note, unless the user named it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NoReturn

import msgspec

from moe.contracts.documents import SourceNote
from moe.knowledge.loading.file_names import name_file
from moe.knowledge.loading.file_time import LateFileError
from moe.knowledge.loading.pool.pool import ReaderPool
from moe.knowledge.loading.reading import is_plain, load_file
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.loading.sources import SourceFile
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.formats.jsonl import DuplicateIdError, find_line

_FILES_AHEAD = 16  # held in memory until their turn comes


class DocumentReader:
    """Reads sources, in other processes unless they are small and plain. Close it, or use it in a `with` block."""

    def __init__(self, reading: ReadingSetup) -> None:
        """Begin without any process.

        Args:
            reading: The formats that are read, and what a file may take.
        """
        self._settings = reading.settings
        self._formats = reading.formats
        self._time = reading.time
        self._indexed, self._clock, self._is_late = "", self._time.start("index"), False
        self._pool = ReaderPool(self._settings, self._time)

    def __enter__(self) -> "DocumentReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def read(self, files: Iterable[SourceFile], notes: list[SourceNote]) -> Iterator[Loaded | None]:
        """Read files ahead of whoever takes them, and give them in their order.

        Args:
            files: What to read.
            notes: Takes what was left out, and why.

        Yields:
            A file's documents; None, with a note, for a file that cannot be read and was not named, or holds no text.

        Raises:
            DocumentError: The user named the file and it cannot be read, or two of its lines have the same id.
        """
        rest = iter(files)
        ahead: deque[tuple[SourceFile, Callable[[], Loaded]]] = deque()
        while True:
            ahead += ((file, self._begin(file)) for file in islice(rest, _FILES_AHEAD - len(ahead)))
            if not ahead:
                return
            file, load = ahead.popleft()
            yield self._take(file, load, notes)

    def index(
        self,
        file: SourceFile,
        document: Document,
        add: Callable[[Document, Callable[[], None]], None],
        notes: list[SourceNote],
    ) -> bool:
        """Have a document that was read added to an index, within its time.

        Args:
            file: Where it stands.
            document: What is added.
            add: Adds it; calls what it is given, often, and leaves no trace of the document when that raises.
            notes: Takes why it was left out.

        Returns:
            Whether it was added.

        Raises:
            DocumentError: Its file was named, and it needs more time than it may take.
        """
        if file.document_id != self._indexed:
            self._indexed, self._clock, self._is_late = file.document_id, self._time.start("index"), False
        if self._is_late:  # which is told once for all that a corpus holds
            return False
        self._clock.begin_document()
        try:
            add(document, partial(self._clock.check, document.document_id))
        except LateFileError:
            self._is_late = True
            self._leave_out(file, file.document_id, self._clock.make_error(file.document_id), notes)
        except DocumentError as error:
            self._leave_out(file, document.document_id, error, notes)
        else:
            return True
        return False

    def _begin(self, file: SourceFile) -> Callable[[], Loaded]:
        """What gives a file's documents; those that another process reads are on their way from now on."""
        try:
            loader = self._formats.get(file.path, file.document_id)
        except DocumentError as error:
            return partial(_raise, error)
        if is_plain(file.path, loader):
            most = self._settings.max_characters
            return partial(load_file, file.path, file.document_id, loader, max_characters=most)
        return partial(self._pool.wait, self._pool.submit(file, loader))

    def _take(self, file: SourceFile, load: Callable[[], Loaded], notes: list[SourceNote]) -> Loaded | None:
        try:
            loaded = load()
        except DuplicateIdError:
            raise
        except DocumentError as error:
            self._leave_out(file, file.document_id, error, notes)
            return None
        notes += [SourceNote(path=file.document_id, reason=reason) for reason in loaded.notes]
        if not any(document.text.strip() for document in loaded.documents):
            notes.append(SourceNote(path=file.document_id, reason="holds no text"))
            return None
        return replace(loaded, documents=tuple(map(_ensure_title, loaded.documents)))

    def _leave_out(self, file: SourceFile, name: str, error: DocumentError, notes: list[SourceNote]) -> None:
        """Note why a file, or a document of it, is left out.

        Raises:
            DocumentError: It was named, or all is given up for it.
        """
        if file.is_named or (isinstance(error, LateFileError) and not self._time.is_waived):
            raise error
        notes.append(SourceNote(path=name, reason=error.message.removeprefix(name).strip(" ,:")))


def _raise(error: DocumentError) -> NoReturn:
    raise error


def _ensure_title(document: Document) -> Document:
    """A document that has no title of its own takes its file's name; a line of a corpus stays without."""
    if document.title or document.is_atomic:
        return document
    return replace(document, title=name_file(document.document_id))


class DocumentPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a document was read from.

    Attributes:
        path: The file.
        source: What the user calls it.
        is_line: It is a line of a corpus.
    """

    path: Path
    source: str
    is_line: bool


def make_duplicate_error(document_id: str, first: DocumentPlace, second: DocumentPlace) -> DuplicateIdError:
    """The error for two documents of the same id, with the lines of corpora that they stand in."""
    places = []
    for place in (first, second):
        line = find_line(place.path, document_id) if place.is_line else None
        places.append(f"{place.source}, line {line}" if line else place.source)
    return DuplicateIdError(document_id, *places)
