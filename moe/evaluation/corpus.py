"""A corpus opened for measuring: searchable, with the ids that questions may name as their evidence."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from posixpath import normpath

import msgspec

from moe.app import App
from moe.contracts.documents import ProgressListener, SourceNote
from moe.contracts.search import SearchNames
from moe.evaluation.questions import GoldQuestion
from moe.knowledge.library import DocumentLibrary, load_library
from moe.knowledge.search import SearchSetup
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Passage


class OpenedCorpus(msgspec.Struct, frozen=True, kw_only=True):
    """A corpus and how long it took to open.

    Attributes:
        name: As it was given.
        library: Its documents.
        setup: Who searches them.
        notes: What was left out.
        seconds: Wall time of reading and indexing it.
    """

    name: str
    library: DocumentLibrary
    setup: SearchSetup
    notes: tuple[SourceNote, ...]
    seconds: float

    def find_id(self, name: str) -> str | None:
        """The id of the document or passage that a question means, or None.

        Args:
            name: The id of a corpus line, of a document or of a passage; within a folder also a path below it.
        """
        index = self.library.index
        for known in self.list_candidates(name):
            if index.find_document_number(known) is not None or index.find_number(known) is not None:
                return known
        return None

    def list_candidates(self, name: str) -> tuple[str, str]:
        """What a question may mean: the name itself, and the same below the corpus."""
        return name, normpath(f"{Path(os.path.expanduser(self.name)).as_posix()}/{name}")


def open_corpus(
    name: str,
    app: App,
    *,
    search: SearchNames | None = None,
    on_progress: ProgressListener | None = None,
) -> OpenedCorpus:
    """Read and index a corpus.

    Args:
        name: A file, a folder or a glob.
        app: Knows who may search, and holds a folder for the retriever's files, unless `system.record` is off.
        search: Who searches, in place of those of the configuration.
        on_progress: Called after each file.

    Raises:
        DocumentError: There is nothing to read.
        NameUnknownError: Nobody has a name that is to search.
    """
    setup = app.environment.build_search(search)
    # Apart from the project's own, which drops what its documents no longer need.
    cache_folder = app.index.store.cache_folder / "eval" if app.config.system.record else None
    started = time.perf_counter()
    loaded = load_library(
        [name],
        setup=setup,
        reading=app.reading,
        cache_folder=cache_folder,
        on_progress=on_progress,
    )
    seconds = time.perf_counter() - started
    return OpenedCorpus(name=name, library=loaded.library, setup=setup, notes=loaded.notes, seconds=seconds)


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence that questions name, as the corpus knows it.

    Attributes:
        ids: By each name in the questions, the id in the corpus: of a document, a passage, or a file of many documents.
        files: By document the file, for the documents of files that are evidence as a whole.
    """

    ids: Mapping[str, str]
    files: Mapping[str, str]

    def find_names(self, passage_id: str, document_id: str) -> tuple[str, ...]:
        """The ids that a passage may be known by as evidence: its own, its document's, and its file's."""
        file = self.files.get(document_id)
        return (passage_id, document_id) if file is None else (passage_id, document_id, file)

    def measure_recall(self, question: GoldQuestion, passages: Iterable[Passage]) -> float:
        """The share of a question's gold that passages hold, in [0, 1]; of a question that has some."""
        wanted = {self.ids[name] for name in question.gold}
        found = {name for one in passages for name in self.find_names(one.passage_id, one.document_id)}
        return len(found & wanted) / len(wanted)


def resolve_gold(questions: Sequence[GoldQuestion], corpus: OpenedCorpus, path: Path) -> Gold:
    """Look up all that the questions name as their evidence.

    Raises:
        DocumentError: A question names evidence that is not there; the first one, and how many there are.
    """
    named: dict[str, GoldQuestion] = {}
    for question in questions:
        for name in (*question.gold, *(name for name, _ in question.support)):
            named.setdefault(name, question)
    ids = {name: found for name in named if (found := corpus.find_id(name)) is not None}
    files: dict[str, str] = {}
    if len(ids) < len(named):
        wanted = {known: name for name in named if name not in ids for known in corpus.list_candidates(name)}
        files = {doc.document_id: doc.source for doc in corpus.library.documents() if doc.source in wanted}
        ids |= {wanted[file]: file for file in files.values()}
    missing = [name for name in named if name not in ids]
    if missing:
        first = named[missing[0]]
        more = f" (and {len(missing) - 1} more are missing)" if len(missing) > 1 else ""
        raise DocumentError(
            f"{path}: the gold passage {missing[0]!r} of question {first.id or first.question!r} "
            f"is not in {corpus.name}{more}",
            path=str(path),
            hint="give the corpus that belongs to these questions",
        )
    return Gold(ids=ids, files=files)
