"""A document that a run cites, as a reader of the citation is shown it."""

import msgspec


class CitedSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a citation points: the document's characters [start, end).

    Attributes:
        number: As the answer's mark [n] has it, from 1; 0 for a sentence that is only near the question.
        start: The first of its characters.
        end: Behind the last one.
        text: What the run read there.
    """

    number: int
    start: int
    end: int
    text: str


class CitedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a run, or the characters [start, end) of it.

    Attributes:
        run_id: The run's.
        document: As its citations name it.
        title: Its title, or "".
        media_type: Of its file.
        length: Characters that it has in all.
        start: The first of those that are in `text`.
        end: Behind the last one.
        text: Those characters, as the document has them now.
        spans: All that the run cites of it, in the document's order.
        is_changed: One of these spans reads otherwise now.
    """

    run_id: str
    document: str
    title: str
    media_type: str
    length: int
    start: int
    end: int
    text: str
    spans: tuple[CitedSpan, ...]
    is_changed: bool
