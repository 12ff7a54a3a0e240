"""The documents of one run: read, cut into passages, searchable."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from moe.knowledge.passages import split_document
from moe.knowledge.reading import DocumentPlace, make_duplicate_error, read_source
from moe.knowledge.sources import SourceNote, find_sources
from moe_core.contracts.errors import DocumentError, NameUnknownError
from moe_core.contracts.evidence import Document, Hit, Passage
from moe_core.contracts.retriever import Retriever

ProgressListener = Callable[[int, int, str], None]


class DocumentLibrary:
    """Documents and their passages behind one search index. Never changes."""

    def __init__(self, documents: Iterable[Document], *, retriever: Retriever) -> None:
        self._documents = tuple(documents)
        self._by_id = {document.document_id: document for document in self._documents}
        self._passages = tuple(passage for document in self._documents for passage in split_document(document))
        self._index = retriever.build(self._passages)

    def __repr__(self) -> str:
        return f"<DocumentLibrary of {len(self._documents)} documents, {len(self._passages)} passages>"

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages, in the documents' order."""
        return self._passages

    def documents(self) -> Sequence[Document]:
        """All documents, in a fixed order."""
        return self._documents

    def get_document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknownError: There is none; near misses are named.
        """
        if document_id not in self._by_id:
            raise NameUnknownError("document", document_id, near=self._find_near(document_id))
        return self._by_id[document_id]

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages for the query, best first."""
        return self._index.search(query, k=k)

    def _find_near(self, document_id: str) -> list[str]:
        ending = [known for known in self._by_id if known.endswith("/" + document_id)]
        return list(dict.fromkeys(ending + get_close_matches(document_id, self._by_id, n=3, cutoff=0.6)))[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedLibrary:
    """A library, and what was left out of it."""

    library: DocumentLibrary
    notes: tuple[SourceNote, ...] = ()


def load_library(
    arguments: Sequence[str], *, retriever: Retriever, on_progress: ProgressListener | None = None
) -> LoadedLibrary:
    """Read the documents that --docs names and make them searchable.

    Args:
        arguments: Files, folders and globs.
        retriever: Builds the search index.
        on_progress: Called after each file with the files done, the files there are, and the file's name.

    Raises:
        DocumentError: An argument names nothing readable, a file named directly cannot be read, no document holds
            any text, or two documents have the same id. A bad file within a folder is a note instead.
    """
    sources = find_sources(arguments)
    notes = list(sources.notes)
    documents: dict[str, tuple[Document, Path]] = {}
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
    library = DocumentLibrary((document for document, _ in documents.values()), retriever=retriever)
    return LoadedLibrary(library=library, notes=tuple(notes))


def _locate(document: Document, path: Path) -> DocumentPlace:
    return DocumentPlace(path=path, source=document.source, is_line=document.is_atomic)
