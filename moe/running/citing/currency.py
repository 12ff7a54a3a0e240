"""What a reader must know of the files behind an answer: which have changed since they were read."""

from collections.abc import Iterable, Sequence

from moe.contracts.index import SourceChange
from moe.contracts.result import Citation
from moe.knowledge.library import LoadedLibrary

_MOST_NAMED = 5
REMEDY = "run `moe index add`"


def find_changes(loaded: LoadedLibrary | None, citations: Iterable[Citation]) -> tuple[SourceChange, ...]:
    """What had changed when the documents were opened, and what cited files have changed since."""
    if loaded is None:
        return ()
    watch = loaded.watch
    later = watch.compare({citation.document for citation in citations}) if watch is not None else ()
    known = {change.name for change in loaded.changes if not change.is_taken_in}
    return (*loaded.changes, *(change for change in later if change.name not in known))


def tell_behind(changes: Sequence[SourceChange], *, is_indexed: bool) -> list[str]:
    """A line for each file that the answer does not know as it is now; many are counted."""
    behind = [change for change in changes if change.is_behind]
    lines = [
        f"{change.describe()}: {REMEDY}" if is_indexed else f"{change.name} has changed since it was read: ask again"
        for change in behind[:_MOST_NAMED]
    ]
    more = len(behind) - len(lines)
    return lines + ([f"and {more} more: {REMEDY}"] if more else [])
