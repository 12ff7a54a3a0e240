"""Documents, passages, and the evidence that an answer cites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from moe_core.contracts.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and the characters [start, end) of the document that it governs.

    Attributes:
        title: The heading's words.
        level: 1 for the outermost.
        start: The first of its characters, those of the heading.
        end: Behind the last one.
    """

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a printed document: its characters begin at `start` and end where the next page begins.

    Attributes:
        label: What is printed on it, or counted: "7", "iv".
        start: The first of its characters.
    """

    label: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document as text.

    Attributes:
        document_id: The path as the user gave it, or the id of a corpus line.
        title: Its title, or "" when it has none.
        text: Decoded text with line ends as "\\n"; every offset counts characters of it.
        source: The file it was read from.
        media_type: "text/markdown", "application/pdf", ...
        sections: Headings in order, nested by level.
        pages: Where its pages begin, in order; empty for what has none. A page without text has the next one's start.
        is_atomic: Never split: the document is one passage (a line of a corpus).
    """

    document_id: str
    title: str
    text: str
    source: str
    media_type: str = "text/plain"
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()
    is_atomic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch [start, end) of a document: `text == document.text[start:end]`.

    Attributes:
        passage_id: Unique in the index.
        document_id: The document's id.
        title: The document's title, or "".
        section: The headings above it, or "".
        start: The first of its characters.
        end: Behind the last one.
        text: What it says.
    """

    passage_id: str
    document_id: str
    title: str
    section: str
    start: int
    end: int
    text: str

    def as_evidence(self, score: float) -> "Evidence":
        """The whole passage as evidence; `score` is how much it says to the question, in [0, 1]."""
        return Evidence(
            evidence_id=self.passage_id,
            document=self.document_id,
            passage_id=self.passage_id,
            start=self.start,
            end=self.end,
            text=self.text,
            score=score,
            title=self.title,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a retriever found.

    Attributes:
        passage: The passage.
        score: Higher is better, at least 0.
    """

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Characters [start, end) of a document that an agent relies on.

    Attributes:
        evidence_id: What a citation points to.
        document: The document's id.
        passage_id: The passage that it lies in.
        start: The first of its characters.
        end: Behind the last one.
        text: Exactly the document's text of that span.
        score: How much it says to the question, in [0, 1].
        title: The document's title, or "".
        location: Where on the Earth lies what it speaks of, for a map; a row's of a table is found without.
    """

    evidence_id: str
    document: str
    passage_id: str
    start: int
    end: int
    text: str
    score: float
    title: str = ""
    location: Location | None = None


class Library(Protocol):
    """The documents of one run, searchable."""

    def documents(self) -> Sequence[Document]:
        """All documents, in a fixed order."""
        ...

    def get_document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknownError: There is none; near misses are named.
        """
        ...

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages for the query, best first."""
        ...


def name_evidence(place: int) -> str:
    """What a request calls the piece of its evidence at a place, from 0: ids are long, and cost at every mention."""
    return f"E{place + 1}"
