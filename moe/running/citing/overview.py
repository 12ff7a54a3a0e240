"""What can be shown when a whole document is asked for and no language model can tell: title, headings, beginning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from moe.knowledge.library import DocumentLibrary
from moe_core.contracts.evidence import Document, Evidence
from moe_core.contracts.task import Span, Statement, TaskResult
from moe_core.text.amounts import count
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms

CANNOT_TELL = (
    "This asks for documents as a whole, which takes a language model to tell. What can be shown without one: {shown}."
)
_DOCUMENTS_MAX = 3
_SENTENCES_MAX = 2
_HEADINGS_MAX = 12
_TEXT = r"(?:documents?|docs?|files?|folder|texts?|reports?|papers?|articles?|books?|letters?|notes?|contracts?|pages?)"
_NAMES = re.compile(rf"\b(?:please|give|show|tell|write|provide|me|short|brief|{_TEXT})\b", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:summar(?:y|ies|i[sz]e[ds]?|i[sz]ing)|overviews?|key points|main (?:points|ideas?|topics?)|gist|tl;?dr)\b"
    r"|\bwhat(?:['’]s| is| are| was| were) (?:this|these|it|they|all this|(?:in )?(?:this|the|these|my|our) "
    rf"{_TEXT})\b[^?]*\babout\b|\bwhat(?:['’]s| is) in (?:this|the|these|my|our) {_TEXT}\b"
    rf"|\bwhat (?:is|are) (?:this|the|these) {_TEXT} (?:called|named|entitled)\b|\btitle of (?:this|the) {_TEXT}\b"
    r"|\bworum geht|\bzusammenfass\w*|\bfass\w* .*\bzusammen\b|\b(?:ü|ue)berblick\b",
    re.IGNORECASE,
)


def asks_for_the_whole(question: str) -> bool:
    """Whether a question is about documents as a whole instead of about something that they say."""
    return _WHOLE.search(question) is not None


def show_overview(outcome: TaskResult, question: str, library: DocumentLibrary | None) -> TaskResult:
    """The outcome with titles, headings and first sentences, where the whole is asked for and nothing particular."""
    if library is None or not asks_for_the_whole(question):
        return outcome
    chosen = _choose_documents(question, library.documents())
    if outcome.statements and not _names_only(question, chosen):
        return outcome
    evidence = [_make_evidence(document, place) for place, document in enumerate(chosen, start=1)]
    statements = [
        statement for document, item in zip(chosen, evidence, strict=True) for statement in _show(document, item)
    ]
    if not statements:
        return outcome
    more = len(library.documents()) - len(chosen)
    shown = "title, headings and first sentences"
    shown += f" of {count(len(chosen), 'document')} of {len(chosen) + more}; name another one" if more > 0 else ""
    return replace(
        outcome,
        statements=(Statement(text=CANNOT_TELL.format(shown=shown)), *statements),
        evidence=tuple(evidence),
    )


def _choose_documents(question: str, documents: Sequence[Document]) -> Sequence[Document]:
    """Those that the question names most words of, in order."""
    asked = set(find_terms(question))
    shared = [len(asked & set(find_terms(f"{document.title} {document.document_id}"))) for document in documents]
    best = max(shared, default=0)
    return [document for document, same in zip(documents, shared, strict=True) if same == best][:_DOCUMENTS_MAX]


def _names_only(question: str, documents: Sequence[Document]) -> bool:
    """Whether a question says nothing beside which documents it means."""
    named = {term for document in documents for term in find_terms(f"{document.title} {document.document_id}")}
    return set(find_terms(_NAMES.sub(" ", _WHOLE.sub(" ", question)))) <= named


def _make_evidence(document: Document, place: int) -> Evidence:
    return Evidence(
        evidence_id=f"overview-{place}",
        document=document.document_id,
        passage_id=document.document_id,
        start=0,
        end=len(document.text),
        text=document.text,
        score=1.0,
        title=document.title,
    )


def _show(document: Document, item: Evidence) -> Iterator[Statement]:
    headings = list(_find_headings(document))
    taken = {start for start, _ in headings}
    title = _find_title(document)
    if title is not None:
        yield _state("Title: ", [title], item)
    sections = [span for span in headings if span != title][:_HEADINGS_MAX]
    if sections:
        yield _state("Headings: ", sections, item)
    first = (
        (start, end)
        for start, end in split_sentences(document.text)
        if document.text[start:end].lstrip("#= ") not in {document.text[begin:stop] for begin, stop in headings}
        and start not in taken
        and (start, end) != title
        and any(char.isalpha() for char in document.text[start:end])
        and not document.text.startswith("#", start)
    )
    for _, span in zip(range(_SENTENCES_MAX), first, strict=False):
        yield _state("", [span], item)


def _find_title(document: Document) -> tuple[int, int] | None:
    start = document.text.find(document.title) if document.title else -1
    return (start, start + len(document.title)) if start >= 0 else None


def _find_headings(document: Document) -> Iterator[tuple[int, int]]:
    for section in document.sections:
        start = (
            document.text.find(section.title, max(0, section.start - len(section.title) - 8)) if section.title else -1
        )
        if 0 <= start <= section.end:
            yield start, start + len(section.title)


def _state(label: str, places: Sequence[tuple[int, int]], item: Evidence) -> Statement:
    text = "; ".join(item.text[start:end] for start, end in places)
    spans = tuple(Span(evidence_id=item.evidence_id, start=start, end=end) for start, end in places)
    return Statement(text=f"{label}{text}", evidence=(item.evidence_id,), spans=spans)
