"""Where the answer's citations lie on the Earth, as their rows or their evidence say."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from moe.contracts.places import MapPlace
from moe.contracts.result import Citation
from moe.knowledge.library import DocumentLibrary
from moe_core.contracts.errors import MoeError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.location import Location
from moe_core.contracts.task import TaskResult
from moe_core.text.quoting import disarm_text
from moe_kit.tables.coordinates import Located, locate_rows

_PLACES_MAX = 500  # pins that a map can still show apart
_FAULTS_MAX = 5
_QUICK_CHARACTERS_MAX = 20_000  # read in 3 ms; a thread costs a run of a few rows more than the reading


class AnswerPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """The places of an answer.

    Attributes:
        places: Each once, those that are cited first.
        notes: What a reader of the map must know of what is not on it.
    """

    places: tuple[MapPlace, ...] = ()
    notes: tuple[str, ...] = ()


def find_places(
    citations: Sequence[Citation],
    outcome: TaskResult,
    library: DocumentLibrary | None,
    *,
    nearest: Sequence[Citation] = (),
) -> AnswerPlaces:
    """The places of an answer: those that its citations name, then others that its tools worked with.

    Args:
        citations: Of the answer.
        outcome: With what tools found.
        library: Of the documents.
        nearest: What is shown in place of an answer; its places have no number.
    """
    numbers: dict[Location, list[int]] = {}
    faults: list[str] = []
    missing: dict[str, set[int]] = {}
    mapped: set[str] = set()
    documents = _TextReader(library)
    for number, citation in enumerate(citations, start=1):
        located = _locate(citation, outcome.evidence, documents)
        faults += located.faults
        missing.setdefault(citation.document, set()).update(located.missing)
        if located.locations or located.faults:
            mapped.add(citation.document)
        for location in located.locations:
            numbers.setdefault(_shorten(location), []).append(number)
    for citation in nearest:
        for location in _locate(citation, outcome.evidence, documents).locations:
            numbers.setdefault(_shorten(location), [])
    if any(statement.tool for statement in outcome.statements):
        for location in outcome.locations:
            numbers.setdefault(_shorten(location), [])
    places = tuple(
        MapPlace(
            latitude=location.latitude,
            longitude=location.longitude,
            label=location.label,
            citations=tuple(dict.fromkeys(cited)),
        )
        for location, cited in numbers.items()
    )
    lacking = {document: len(rows) for document, rows in missing.items() if rows and document in mapped}
    notes = tuple(_tell(len(places), list(dict.fromkeys(faults)), lacking))
    return AnswerPlaces(places=places[:_PLACES_MAX], notes=notes)


def is_long_to_locate(citations: Sequence[Citation]) -> bool:
    """Whether the citations hold so much that their rows are better read beside the event loop."""
    return sum(citation.end - citation.start for citation in citations) > _QUICK_CHARACTERS_MAX


def _tell(count: int, faults: list[str], lacking: Mapping[str, int]) -> Iterator[str]:
    yield from map(disarm_text, faults[:_FAULTS_MAX])
    if len(faults) > _FAULTS_MAX:
        yield f"{len(faults) - _FAULTS_MAX} more rows have coordinates that no map can show."
    for document, number in lacking.items():
        rows = "1 cited row" if number == 1 else f"{number} cited rows"
        yield disarm_text(f"{rows} of {document} without coordinates {'is' if number == 1 else 'are'} not on the map.")
    if count > _PLACES_MAX:
        yield f"The map shows the first {_PLACES_MAX} of {count} places."


class _TextReader:
    """The texts of cited documents, each read once."""

    def __init__(self, library: DocumentLibrary | None) -> None:
        self._library = library
        self._texts: dict[str, str] = {}

    def read(self, document: str) -> str:
        """What a document says; "" for a tool's own source, or what cannot be read any more: the answer stands."""
        if self._library is not None and document not in self._texts:
            with suppress(MoeError):
                self._texts[document] = self._library.get_document(document).text
        return self._texts.get(document, "")


def _locate(citation: Citation, evidence: Sequence[Evidence], documents: _TextReader) -> Located:
    """What the evidence that a citation is taken from says, else the document's row."""
    for item in evidence:
        is_its = item.document == citation.document and item.start <= citation.start and citation.end <= item.end
        if item.location is not None and is_its:
            return Located(locations=(item.location,))
    return locate_rows(documents.read(citation.document), citation.start, citation.end)


def _shorten(location: Location) -> Location:
    """To a metre, so that what is written twice is one place."""
    return Location(
        latitude=round(location.latitude, 5),
        longitude=round(location.longitude, 5),
        label=" ".join(location.label.split()),
    )
