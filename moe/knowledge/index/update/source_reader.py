"""Reading the sources that are new or have changed."""

from collections import deque
from pathlib import Path

from msgspec.structs import replace

from moe.contracts.index import IndexProgress, IndexProgressListener
from moe.knowledge.index.format.records import SourceRecord
from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.index.update.duplicates import DuplicateGuard
from moe.knowledge.index.update.plan import Plan
from moe.knowledge.loading.document_reader import DocumentReader
from moe.knowledge.loading.sources import SourceFile

_DOCUMENTS_A_REPORT = 100


def read_sources(
    plan: Plan,
    builder: IndexBuilder,
    guard: DuplicateGuard,
    project: Path,
    reader: DocumentReader,
    on_progress: IndexProgressListener,
) -> dict[str, SourceRecord]:
    """Read what a plan says into a builder, in the order of real paths.

    Returns:
        The records of what could be read, by real path.

    Raises:
        DocumentError: A file that was named cannot be read, or two documents have the same id.
    """
    progress = IndexProgress(step="reading", total_bytes=sum(record.state.size for record in plan.to_read.values()))
    read: dict[str, SourceRecord] = {}
    to_read = sorted(plan.to_read.items())
    files = [
        SourceFile(path=record.locate(project), document_id=record.name, is_named=record.is_named)
        for _, record in to_read
    ]
    all_loaded = reader.read(files, plan.notes)
    for file, (real_path, record) in zip(files, to_read, strict=True):
        progress = replace(progress, name=record.name)
        on_progress(progress)
        loaded = next(all_loaded)
        documents = deque(loaded.documents if loaded else ())
        begin, count, before = progress.done_bytes, len(documents), builder.document_count
        if loaded is not None:
            guard.enter(record, builder)
        loaded = None  # the documents of a large corpus are let go of one by one
        while documents:
            document = documents.popleft()
            guard.check(document, builder)
            reader.index(file, document, builder.add, plan.notes)
            if len(documents) % _DOCUMENTS_A_REPORT == 0:
                done = begin + record.state.size * (count - len(documents)) // count
                on_progress(replace(progress, done_bytes=done, passages=len(builder)))
        if builder.document_count > before:
            read[real_path] = replace(record, documents=builder.document_count - before)
        progress = replace(progress, done_bytes=begin + record.state.size, passages=len(builder))
    return read
