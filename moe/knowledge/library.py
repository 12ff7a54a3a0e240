"""The documents of one run: read or indexed before, cut into passages, searchable."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from moe.contracts.documents import ProgressListener, SourceNote
from moe.contracts.index import SourceChange
from moe.knowledge.checked_retriever import build_search_index
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import build_index
from moe.knowledge.loading.document_reader import DocumentPlace, make_duplicate_error, read_source
from moe.knowledge.loading.sources import find_sources
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
        corpus = IndexCorpus(index, cache_folder=cache_folder, embeddings=setup.embeddings, on_progress=on_progress)
        with self._suspecting_damage():
            self._search = GraphSearch(index, build_search_index(setup.retriever, corpus), setup.walkers, setup.limits)

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

    def explore(self, query: str, *, k: int | None = None) -> Exploration:
        """Everything that searching for the query does: the graph, every walk, and the k passages found (all)."""
        with self._suspecting_damage():
            exploration = self._search.explore(query, k=k)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedLibrary:
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
    cache_folder: Path | None = None,
    on_progress: ProgressListener | None = None,
) -> LoadedLibrary:
    """Read the documents that --docs names and make them searchable.

    Args:
        arguments: Files, folders and globs.
        setup: Who searches, and how.
        cache_folder: Where the retriever may keep files of its own.
        on_progress: Called after each file with the files done, the files there are, and the file's name.

    Raises:
        DocumentError: An argument names nothing readable, a file named directly cannot be read, no document holds
            any text, or two documents have the same id. A bad file within a folder is a note instead.
    """
    sources = find_sources(arguments)
    notes = list(sources.notes)
    documents: dict[str, tuple[Document, Path]] = {}
    stamps = stamp_files([file.path for file in sources.files])
    for number, file in enumerate(sources.files, start=1):
        loaded = read_source(file, notes)
        for document in loaded.documents if loaded else ():
            if document.document_id in documents:
                first = documents[document.document_id]
                raise make_duplicate_error(document.document_id, _locate(*first), _locate(document, file.path))
            documents[document.document_id] = (document, file.path)
        if on_progress is not None:
            on_progress(number, len(sources.files), file.document_id)
    if arguments and not any(document.text.strip() for document, _ in documents.values()):
        raise DocumentError(
            f"no document could be read; {notes[0]}" if notes else "the documents hold no text",
            path=" ".join(arguments),
            hint="give at least one document with text in it",
        )
    index = build_index(document for document, _ in documents.values())
    library = DocumentLibrary(index, setup=setup, cache_folder=cache_folder, on_progress=on_progress)
    read = {key: stamps[path] for key, (_, path) in documents.items() if path in stamps}
    return LoadedLibrary(library=library, notes=tuple(notes), watch=FileWatch(read))


def make_library(documents: Iterable[Document], *, setup: SearchSetup) -> DocumentLibrary:
    """A library of documents that are there already."""
    return DocumentLibrary(build_index(documents), setup=setup)


def _locate(document: Document, path: Path) -> DocumentPlace:
    return DocumentPlace(path=path, source=document.source, is_line=document.is_atomic)
