"""The documents of one run: read or indexed before, cut into passages, searchable."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

from moe.contracts.documents import ProgressListener, SourceNote
from moe.contracts.experts import ExpertWish
from moe.contracts.index import SourceChange
from moe.knowledge.checked_retriever import build_search_index
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import IndexBuilder, build_index, build_with
from moe.knowledge.loading.document_reader import DocumentPlace, DocumentReader, make_duplicate_error
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.loading.sources import SourceFile
from moe.knowledge.pages import name_pages
from moe.knowledge.rows import TableRows
from moe.knowledge.search import Exploration, GraphSearch, SearchSetup
from moe.knowledge.source_watch import FileWatch, SourceWatch, stamp_files
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document, Hit, Passage


class DocumentLibrary:
    """Documents and their passages behind one search. Never changes."""

    def __init__(
        self,
        index: PassageIndex,
        *,
        setup: SearchSetup,
        cache_folder: Path | None = None,
        on_progress: ProgressListener | None = None,
    ) -> None:
        """Make an index searchable.

        Args:
            index: The passages.
            setup: Who searches, and how.
            cache_folder: Where the retriever may keep files of its own.
            on_progress: Called while the retriever prepares, if that takes long.
        """
        self._index = index
        self._rows = TableRows(index.get_document)
        corpus = IndexCorpus(index, cache_folder=cache_folder, embeddings=setup.embeddings, on_progress=on_progress)
        with self._suspecting_damage():
            self._search = GraphSearch(index, build_search_index(setup.retriever, corpus), setup)

    def __repr__(self) -> str:
        return f"<DocumentLibrary of {len(self._index.documents)} documents, {len(self._index)} passages>"

    @property
    def index(self) -> PassageIndex:
        """What is known of the documents."""
        return self._index

    @property
    def is_walked(self) -> bool:
        """Whether personas walk the graph of a question; else the retriever's ranking is the result."""
        return self._search.is_walked

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages, in the documents' order."""
        return self._index.passages

    def documents(self) -> Sequence[Document]:
        """All documents, in a fixed order."""
        return self._index.documents

    def get_document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknownError: There is none; near misses are named.
        """
        return self._index.get_document(document_id)

    def find_page(self, document_id: str, start: int, end: int) -> str:
        """The page that characters [start, end) of a document stand on, "7-8" over several; "" where there is none."""
        number = self._index.find_document_number(document_id)
        return "" if number is None else name_pages(self._index.pages_of(number), start, end)

    def find_row(self, document_id: str, start: int) -> int | None:
        """The row of a CSV or TSV file that a character stands in, from 1 below the head; None where there is none.

        Raises:
            IndexDamagedError: The document is not what was written.
        """
        number = self._index.find_document_number(document_id)
        return None if number is None else self._rows.find(document_id, start)

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages for the query, best first; [] only if the whole index is sound.

        Raises:
            IndexDamagedError: What is searched, or found, is not what was written.
            PluginError: The retriever or a strategy failed.
        """
        with self._suspecting_damage():
            hits = self._search.search(query, k=k)
        if not hits:
            self._index.check()
        return hits

    def try_words(self, query: str, *, k: int) -> tuple[float, list[Hit]] | None:
        """How likely a walk is held to find more than words alone, and their best k passages.

        None where words are never taken alone.

        Args:
            query: What is looked for.
            k: Passages at most.
        """
        with self._suspecting_damage():
            return self._search.try_words(query, k=k)

    def explore(
        self, query: str, *, k: int | None = None, wish: ExpertWish | None = None, must_walk: bool = False
    ) -> Exploration:
        """Everything that searching for the query does: the graph, every walk, and the k passages found (all).

        Args:
            query: What is looked for.
            k: Passages at most; None for all.
            wish: Who is to be woken, in place of fixed walkers; heeded where somebody guides the search.
            must_walk: Somebody walks also where words alone do.
        """
        with self._suspecting_damage():
            exploration = self._search.explore(query, k=k, wish=wish, must_walk=must_walk)
        if not exploration.hits:
            self._index.check()
        return exploration

    @contextmanager
    def _suspecting_damage(self) -> Iterator[None]:
        """Whatever fails on a damaged index fails because of it."""
        try:
            yield
        except Exception:
            self._index.check()
            raise


class LoadedLibrary(msgspec.Struct, frozen=True, kw_only=True):
    """A library, and what is known of where it comes from.

    Attributes:
        library: The documents.
        notes: What was left out.
        changes: What has become of an index's sources since they were read.
        watch: Tells whether the documents' files change; None for documents of no files.
    """

    library: DocumentLibrary
    notes: tuple[SourceNote, ...] = ()
    changes: tuple[SourceChange, ...] = ()
    watch: SourceWatch | None = None


def load_library(
    arguments: Sequence[str],
    *,
    setup: SearchSetup,
    reading: ReadingSetup,
    cache_folder: Path | None = None,
    on_progress: ProgressListener | None = None,
) -> LoadedLibrary:
    """Read the documents that --docs names and make them searchable.

    Args:
        arguments: Files, folders and globs.
        setup: Who searches, and how.
        reading: How documents are read.
        cache_folder: Where the retriever may keep files of its own.
        on_progress: Called after each file with the files done, the files there are, and the file's name.

    Raises:
        DocumentError: An argument names nothing readable, a file named directly cannot be read, no document holds
            any text, or two documents have the same id. A bad file within a folder is a note instead.
    """
    sources = reading.find_sources(arguments)
    notes = list(sources.notes)
    stamps = stamp_files([file.path for file in sources.files])
    places: dict[str, DocumentPlace] = {}
    with DocumentReader(reading) as reader:
        index = build_with(partial(_fill, sources.files, reader, places, notes, on_progress))
    if arguments and not index.documents:
        raise DocumentError(
            f"no document could be read; {notes[0]}" if notes else "the documents hold no text",
            path=" ".join(arguments),
            hint="give at least one document with text in it",
        )
    library = DocumentLibrary(index, setup=setup, cache_folder=cache_folder, on_progress=on_progress)
    read = {name: stamps[place.path] for name, place in places.items() if place.path in stamps}
    return LoadedLibrary(library=library, notes=tuple(notes), watch=FileWatch(read))


def _fill(
    files: Sequence[SourceFile],
    reader: DocumentReader,
    places: dict[str, DocumentPlace],
    notes: list[SourceNote],
    on_progress: ProgressListener | None,
    builder: IndexBuilder,
) -> None:
    """Index the documents of files, each as soon as it is read; where it was found is added to the places, by its id.

    Raises:
        DocumentError: A file that was named cannot be read, or two documents have the same id.
    """
    for number, (file, loaded) in enumerate(zip(files, reader.read(files, notes), strict=True), start=1):
        for document in loaded.documents if loaded else ():
            place = DocumentPlace(path=file.path, source=document.source, is_line=document.is_atomic)
            first = places.setdefault(document.document_id, place)
            if first is not place:
                raise make_duplicate_error(document.document_id, first, place)
            reader.index(file, document, builder.add, notes)
        if on_progress is not None:
            on_progress(number, len(files), file.document_id)


def make_library(documents: Iterable[Document], *, setup: SearchSetup) -> DocumentLibrary:
    """A library of documents that are there already."""
    return DocumentLibrary(build_index(documents), setup=setup)
