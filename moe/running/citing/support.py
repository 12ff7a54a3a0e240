"""What a model states is held against what it cites; what the sources don't say gives way to their own words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from moe.running.citing.statements import UNSUPPORTED, find_closest_span
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.task import Span, Statement
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms
from moe_kit.extraction.missing_parts import MISSING_NOTE
from moe_kit.extraction.spelling import READ_AS_NOTE
from moe_kit.extraction.versions import DIFFER_NOTE, OLDER_NOTE
from moe_kit.support.check import Given, Source, find_unsupported

REPLACED = "A statement that its sources do not support was replaced by what they say."
DROPPED = "A statement that its sources do not support was left out."
_MISSING = MISSING_NOTE.partition("{")[0]
_READINGS = tuple(note.split("{")[0] for note in (OLDER_NOTE, DIFFER_NOTE, READ_AS_NOTE))
_LEANS_MAX = 3  # sentences back to what a pronoun means
_SENTENCES_MAX = 3  # of the cited passages, that a statement may rest on together
_POINTS_BACK = re.compile(
    r"\b(?:it|he|she|they|him|her|them|his|hers|its|their|this|these|that|those|there)\b", re.IGNORECASE
)
_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_ROW = re.compile(r"\||\t|;|,\S*,")


class Supported(msgspec.Struct, frozen=True, kw_only=True):
    """Statements that their sources say.

    Attributes:
        statements: Supported ones, and quotes in place of others.
        notes: What was replaced or left out.
        is_bare: There were statements, and none of them was supported.
    """

    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()
    is_bare: bool = False


_NOTHING = Supported(statements=())


def hold_against_sources(
    statements: Sequence[Statement], evidence: Sequence[Evidence], given: Given | None = None
) -> Supported:
    """Keep what the cited spans, or other sentences of the cited passages, say; quote them in place of the rest."""
    if not statements:
        return _NOTHING
    known = {item.evidence_id: item for item in evidence}
    kept: dict[str, Statement] = {}
    notes: list[str] = []
    is_bare = True
    for statement in statements:
        supported = _find_support(statement, known, given or Given())
        if supported is not None:
            is_bare = False
            kept.setdefault(supported.text, supported)
            continue
        quote = _quote(statement, known)
        notes.append(DROPPED if quote is None else REPLACED)
        if quote is not None:
            kept.setdefault(quote.text, quote)
    return Supported(statements=tuple(kept.values()), notes=tuple(dict.fromkeys(notes)), is_bare=is_bare)


def rate_note(text: str) -> str:
    """How much a reader must see an agent's remark.

    That part of the answer is missing or changed, or that the question was read otherwise, is a warning.
    """
    return "warning" if text in (REPLACED, DROPPED, UNSUPPORTED) or text.startswith((_MISSING, *_READINGS)) else "info"


def _find_support(statement: Statement, known: Mapping[str, Evidence], given: Given) -> Statement | None:
    """The statement with the spans that say it: its own, or better ones of the evidence that it cites."""
    if any(_cut(known[span.evidence_id], span) == statement.text for span in statement.spans):
        return statement
    for spans in (statement.spans, _find_spans(statement, known)):
        sources = [_make_source(known[span.evidence_id], span) for span in spans]
        if find_unsupported(statement.text, sources, given) is None:
            ids = tuple(dict.fromkeys(span.evidence_id for span in spans))
            return replace(statement, spans=tuple(spans), evidence=ids)
    return None


def _find_spans(statement: Statement, known: Mapping[str, Evidence]) -> Sequence[Span]:
    """The sentences of the cited passages that say most of the statement, each what the ones before it don't."""
    left = set(find_terms(statement.text))
    spans: list[Span] = []
    sentences = [
        (Span(evidence_id=name, start=known[name].start + start, end=known[name].start + end), set(find_terms(text)))
        for name in statement.evidence
        for start, end in split_sentences(known[name].text)
        if (text := known[name].text[start:end])
    ]
    while left and len(spans) < _SENTENCES_MAX and sentences:
        best, terms = max(sentences, key=lambda one: len(one[1] & left))
        if not terms & left:
            break
        spans.append(best)
        left -= terms
    return spans


def _quote(statement: Statement, known: Mapping[str, Evidence]) -> Statement | None:
    """The sentence that a statement points at, or else the nearest one of its sources, as it stands.

    None when neither shares a word with it.
    """
    wanted = set(find_terms(statement.text))
    spans = [_widen(known[span.evidence_id], span) for span in statement.spans]
    spans += [find_closest_span(statement.text, known[name]) for name in statement.evidence]
    texts = [_cut(known[span.evidence_id], span) for span in spans]
    shared = [len(wanted & set(find_terms(text))) for text in texts]
    if not any(shared):
        return None
    best = max(range(len(spans)), key=lambda place: (shared[place], -place))
    return Statement(text=texts[best], evidence=(spans[best].evidence_id,), spans=(spans[best],))


def _widen(item: Evidence, span: Span) -> Span:
    """A span from the beginning of its first sentence to the end of its last one."""
    start, end = span.start - item.start, span.end - item.start
    touched = [(begin, stop) for begin, stop in split_sentences(item.text) if begin < end and start < stop]
    if not touched:
        return span
    return replace(span, start=item.start + min(start, touched[0][0]), end=item.start + max(end, touched[-1][1]))


def _make_source(item: Evidence, span: Span) -> Source:
    text, wide = item.text, _widen(item, span)
    start, said = wide.start - item.start, _cut(item, wide)
    sentences = list(split_sentences(text))
    touched = [place for place, (begin, stop) in enumerate(sentences) if begin < start + len(said) and start < stop]
    context = [item.title, *_find_antecedents(text, sentences, touched), *_find_heads(text, start, said)]
    return Source(text=said, context="\n".join(filter(None, context)), around=text)


def _find_antecedents(text: str, sentences: Sequence[tuple[int, int]], touched: Sequence[int]) -> Iterator[str]:
    """The sentences before, as long as each points back."""
    place = touched[0] if touched else 0
    for _ in range(_LEANS_MAX):
        if not place or not _POINTS_BACK.search(text[slice(*sentences[place])]):
            return
        place -= 1
        yield text[slice(*sentences[place])]


def _find_heads(text: str, start: int, said: str) -> Iterator[str]:
    """The heading that the words stand under, and a row's first line, which may name its columns."""
    headings = [match.group() for match in _HEADING.finditer(text, 0, start)]
    yield from headings[-1:]
    if _ROW.search(said) and "\n" in text:
        yield text[: text.index("\n")]


def _cut(item: Evidence, span: Span) -> str:
    return item.text[span.start - item.start : span.end - item.start]
