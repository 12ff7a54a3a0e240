"""Statements for an answer: each one sentence or row of the evidence, with the characters it stands on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.wire import JsonObject
from moe_core.text.tokens import find_terms
from moe_kit.extraction.asked import asks_once
from moe_kit.extraction.companions import find_announced, find_list_heads, find_versions
from moe_kit.extraction.fitting import asks_why, is_beside, misses_relation
from moe_kit.extraction.former import find_changes
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.missing_parts import find_missing_parts, has_answered_part
from moe_kit.extraction.pointed import PointedUnit, find_pointed
from moe_kit.extraction.query import Query, Want, parse_query
from moe_kit.extraction.ranking import RankedUnit, Ranking, rank_units
from moe_kit.extraction.read_spans import PassageReading, ReadSpan, lead_with, match_spans
from moe_kit.extraction.reasons import find_reason_beside
from moe_kit.extraction.refusal import are_separate, is_refused
from moe_kit.extraction.relations import LIGHT_WORDS, find_level
from moe_kit.extraction.selection import add_hops, order_for_reading, select
from moe_kit.extraction.spelling import READ_AS_NOTE, mend_spelling
from moe_kit.extraction.support import COVERAGE_MIN, is_thin, measure_coverage
from moe_kit.extraction.unit_ranker import are_unlikely, choose_likely, find_likely, is_sure
from moe_kit.extraction.units import Unit, UnitKind, split_evidence
from moe_kit.extraction.versions import hold_versions, read_moment
from moe_kit.extraction.yes_no import asks_yes_or_no
from moe_kit.tables.operation import adds_up, asks_total, says_total, wants_computing

NOT_FOUND_NOTE = "not found in the documents"
ANSWER_STATEMENTS_MAX = 6  # chosen: what a reader takes in at once
STEP_STATEMENTS_MAX = 8  # a step is read by the next one only


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A statement and its support.

    Attributes:
        evidence_ids: Evidence that was given, at least one.
        spans: (evidence id, start, end) in the document's characters; empty when the text is no quotation.
        value: The answer itself, words of the text, where a model has read it.
        confidence: How sure of the value it is, in [0, 1].
    """

    text: str
    evidence_ids: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...] = ()
    value: str = ""
    confidence: float = 0.0

    def to_wire(self) -> dict[str, object]:
        """The statement as the engine's schema has it."""
        spans = [{"evidence_id": name, "start": start, "end": end} for name, start, end in self.spans]
        read = {"value": self.value, "confidence": round(self.confidence, 4)} if self.value else {}
        return {"text": self.text, "evidence": list(self.evidence_ids), "spans": spans, **read}


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """What the evidence says about a question.

    Attributes:
        ranking: All candidates, for those who want more than the quotes.
        coverage: Share of the question's weight that the quotes cover, in [0, 1]: the mean of what all cover together
            and what the best one covers alone.
    """

    quotes: tuple[Quote, ...]
    notes: tuple[str, ...]
    ranking: Ranking
    query: Query
    coverage: float


def extract_statements(
    grounding: Grounding,
    *,
    limit: int | None = None,
    coverage_min: float = COVERAGE_MIN,
    reading: PassageReading | None = None,
) -> Extract:
    """The few sentences of the evidence, or of the findings, that answer best; none when the evidence is thin.

    Args:
        limit: At most so many; 6 for an answer, 8 for a step on the way to it.
        coverage_min: See `is_refused`.
        reading: What a model has read in the evidence: its sentences come first, its "not there" holds.
    """
    query = parse_query(grounding.question, grounding.instruction)
    if is_computed(grounding):
        return Extract(quotes=(), notes=(), ranking=rank_units(query, ()), query=query, coverage=1.0)
    units = split_evidence(grounding.evidence)
    asked, mended = query.focus, mend_spelling(query.focus, units)
    focus, units = read_moment(mended, units)
    query = query if focus == query.focus else parse_query(focus)
    if wants_computing(query.focus):  # a few rows of many are no figure over them
        units = [unit for unit in units if unit.kind is not UnitKind.ROW or says_total(unit.text)]
    findings = list(_read_findings(grounding)) if _joins(grounding) else []
    reworded = {_make_unit(quote, grounding.evidence): quote for quote in findings if not _is_verbatim(quote, units)}
    everything = rank_units(query, [*units, *reworded])
    ranking = _keep_findings(everything, findings, reworded) if findings else everything
    is_answer = grounding.purpose in (Purpose.SYNTHESISE, Purpose.CHAT)
    if limit is None:
        limit = ANSWER_STATEMENTS_MAX if is_answer else STEP_STATEMENTS_MAX
    is_plain = reading is None and not reworded and asks_once(query.focus)
    lacks_total = _lacks_total(grounding, query, units)
    chosen, is_pointed = (
        _point_out(
            query,
            everything,
            units,
            limit,
            is_rated=coverage_min == COVERAGE_MIN,
            lacks_total=lacks_total,
            reads_closely=grounding.reads_closely,
        )
        if is_plain and not are_separate(grounding.evidence)
        else (select(ranking, limit=limit), False)
    )
    if reading is not None and reading.is_found:
        chosen = lead_with(reading, chosen, ranking, limit=limit)
    elif (
        not is_pointed
        and not reworded
        and (lacks_total or (chosen and _is_empty(grounding, query, ranking, chosen, coverage_min, reading)))
    ):
        chosen = []
    version_notes: tuple[str, ...] = ()
    if is_plain:
        held = hold_versions(query, chosen, ranking, is_answer=is_answer)
        chosen, version_notes = held.chosen, held.notes
    announced = find_announced(units, named="" if query.asked else query.focus)
    changes = find_changes(query.focus, {candidate.unit for candidate in chosen}, units)
    chosen = _add_companions(chosen, ranking, {**announced, **changes}, limit)
    read = {candidate.unit: span for candidate, span in _match(reading, chosen)}
    quotes = tuple(
        reworded.get(unit) or _quote(unit, read.get(unit))
        for unit in _put_under_heads(order_for_reading(chosen), find_list_heads(units))
    )
    read_as = (READ_AS_NOTE.format(question=mended),) if mended != asked else ()
    notes = (*read_as, *version_notes, *_note_missing(grounding, chosen, coverage_min)) if quotes else (NOT_FOUND_NOTE,)
    return Extract(quotes=quotes, notes=notes, ranking=ranking, query=query, coverage=measure_coverage(ranking, chosen))


def _point_out(
    query: Query,
    ranking: Ranking,
    units: Sequence[Unit],
    limit: int,
    *,
    is_rated: bool,
    lacks_total: bool,
    reads_closely: bool,
) -> tuple[list[RankedUnit], bool]:
    """What answers a plain question, and True; what comes near, or what may answer a comparison, and False."""
    pointed = [] if lacks_total else find_pointed(query, ranking, units)
    is_rated = is_rated and _asks_one_unit(query)
    likely = find_likely(query, ranking, units, reads_closely=reads_closely) if is_rated else []
    if lacks_total:
        likely = likely[:1] if adds_up(query.focus) and likely and is_sure(likely[0]) else []
    if pointed and not are_unlikely(pointed, likely) and not _misses_relation(query, pointed):
        return add_hops(_list_pointed(pointed, ranking), ranking, limit) or select(ranking, limit=limit), True
    told = find_reason_beside(query, ranking, units) if asks_why(query.focus) else []
    if told:
        return told, True
    if (lacks_total and not likely) or not is_rated:
        chosen = _keep_versions(query, select(ranking, limit=limit))
        return (chosen if any(_may_answer(query, item) for item in chosen) else []), False
    answering = choose_likely(likely)
    if _misses_relation(query, answering):
        answering = []
    return add_hops(_list_pointed(answering, ranking), ranking, limit), bool(answering)


def _misses_relation(query: Query, answering: Sequence[PointedUnit]) -> bool:
    """Whether nothing of what would answer says what the question is about; a table's row is told by its columns."""
    units = [item.candidate.unit for item in answering if item.candidate.unit.kind is UnitKind.SENTENCE]
    if len(units) < len(answering) or not units:
        return False
    told = [item.meant.text for item in answering if item.meant]
    told += [item.candidate.antecedent.text for item in answering if item.candidate.antecedent]
    around = "\n".join([*told, *(unit.context for unit in units)])
    return misses_relation(query.focus, "\n".join(unit.text for unit in units), around)


def _keep_versions(query: Query, chosen: list[RankedUnit]) -> list[RankedUnit]:
    """Of a question when a version came, only what says its number, or stands under it."""
    asked = find_versions(query.focus)
    if not asked or query.is_comparison or Want.DATE not in query.wants:
        return chosen
    return [one for one in chosen if asked & find_versions(f"{one.unit.context} {one.unit.text}")]


def _asks_one_unit(query: Query) -> bool:
    """Whether a question is such that one unit may answer: it names no version and sets nothing side by side."""
    return bool(query.weights) and not query.is_comparison and not find_versions(query.focus)


def _put_under_heads(chosen: Sequence[RankedUnit], heads: Mapping[Unit, Unit]) -> Iterator[Unit]:
    """The units, each item of a list behind what its list stands under."""
    units = [candidate.unit for candidate in chosen]
    told = set(units)
    for unit in units:
        head = heads.get(unit)
        if head is not None and head not in told:
            told.add(head)
            yield head
        yield unit


def _list_pointed(pointed: Sequence[PointedUnit], ranking: Ranking) -> list[RankedUnit]:
    """What answers by itself, each once, with the heading that holds its answer and the sentence that it leans on."""
    by_unit = {candidate.unit: candidate for candidate in ranking.candidates}
    listed = [
        candidate
        for item in pointed
        for candidate in (item.heading, by_unit.get(item.meant) if item.meant else None, item.candidate)
        if candidate is not None
    ]
    return [candidate for place, candidate in enumerate(listed) if candidate not in listed[:place]]


def is_computed(grounding: Grounding) -> bool:
    """Whether a tool worked out the answer to all that is asked: quotes beside it would be beside the point."""
    results = (finding.get("result", finding) for finding in grounding.findings if finding.get("tool"))
    has_value = any(isinstance(result, Mapping) and result.get("value") for result in results)
    return has_value and asks_once(grounding.instruction or grounding.question)


def _is_empty(
    grounding: Grounding,
    query: Query,
    ranking: Ranking,
    chosen: Sequence[RankedUnit],
    coverage_min: float,
    reading: PassageReading | None,
) -> bool:
    """Whether nothing chosen answers; a step on the way is judged by its words alone, as it sees a part only."""
    if grounding.purpose is Purpose.EXECUTE:
        return is_thin(query, ranking, chosen, coverage_min=coverage_min)
    if reading is not None:
        return not reading.is_found
    if not is_refused(query, ranking, grounding.evidence, chosen, coverage_min=coverage_min):
        return False
    return not has_answered_part(query.focus, [candidate.unit for candidate in chosen], coverage_min=coverage_min)


def _lacks_total(grounding: Grounding, query: Query, units: Sequence[Unit]) -> bool:
    """Whether a figure over many entries is asked for and none is told."""
    is_asked = asks_total(query.focus) and not are_separate(grounding.evidence)
    return is_asked and not any(asks_total(unit.text) for unit in units)


def _may_answer(query: Query, candidate: RankedUnit) -> bool:
    """Whether a unit has what the question needs; to answer yes or no it says more of it than its names."""
    if is_beside(query.focus, candidate.unit):
        return False
    if not asks_yes_or_no(query.focus):
        return True
    asked = query.weights.keys() - query.name_terms - LIGHT_WORDS
    leant_on = candidate.antecedent.text if candidate.antecedent is not None else ""
    there = TermSet([*candidate.terms, *find_terms(f"{candidate.unit.context} {leant_on}")])
    return not asked or any(find_level(term, there) > 0 for term in asked)


def _note_missing(grounding: Grounding, chosen: Sequence[RankedUnit], coverage_min: float) -> list[str]:
    """What the answer as a whole does not say of what was asked."""
    if grounding.purpose not in (Purpose.SYNTHESISE, Purpose.CHAT):
        return []
    question = grounding.instruction or grounding.question
    return find_missing_parts(question, [candidate.unit for candidate in chosen], coverage_min=coverage_min)


def _joins(grounding: Grounding) -> bool:
    return grounding.purpose in (Purpose.MERGE, Purpose.SYNTHESISE)


def _match(reading: PassageReading | None, chosen: Sequence[RankedUnit]) -> list[tuple[RankedUnit, ReadSpan]]:
    """What was read, the likeliest last: of two spans in a sentence that one is its answer."""
    return list(match_spans(reading, chosen))[::-1] if reading is not None else []


def _quote(unit: Unit, read: ReadSpan | None) -> Quote:
    name = unit.evidence.evidence_id
    value, confidence = (read.text, read.confidence) if read is not None else ("", 0.0)
    spans = ((name, unit.start, unit.end),)
    return Quote(text=unit.text, evidence_ids=(name,), spans=spans, value=value, confidence=confidence)


def _read_findings(grounding: Grounding) -> Iterator[Quote]:
    """Findings that rest on evidence given here; what a tool computed is the engine's to keep."""
    known = {item.evidence_id: item for item in grounding.evidence}
    for raw in _flatten(grounding.findings):
        text, names = raw.get("text"), raw.get("evidence")
        if not isinstance(text, str) or not text.strip() or not isinstance(names, list | tuple):
            continue
        ids = tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name in known))
        if ids:
            yield Quote(text=text, evidence_ids=ids, spans=tuple(_read_spans(raw.get("spans"), known, ids)))


def _flatten(findings: Iterable[JsonObject]) -> Iterator[JsonObject]:
    for finding in findings:
        nested = finding.get("statements")
        if isinstance(nested, list | tuple):
            yield from (item for item in nested if isinstance(item, Mapping))
        else:
            yield finding


def _read_spans(raw: object, known: Mapping[str, Evidence], ids: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    for span in raw if isinstance(raw, list | tuple) else ():
        if not isinstance(span, Mapping) or span.get("evidence_id") not in ids:
            continue
        item, start, end = known[span["evidence_id"]], span.get("start"), span.get("end")
        if isinstance(start, int) and isinstance(end, int) and item.start <= start < end <= item.end:
            yield item.evidence_id, start, end


def _is_verbatim(quote: Quote, units: Sequence[Unit]) -> bool:
    return any(_says(unit, quote) for unit in units)


def _says(unit: Unit, quote: Quote) -> bool:
    return unit.can_be_quoted and unit.text == quote.text and unit.evidence.evidence_id in quote.evidence_ids


def _make_unit(quote: Quote, evidence: Sequence[Evidence]) -> Unit:
    """A unit for a finding in somebody else's words, ranked where its first evidence stands."""
    place = next(place for place, item in enumerate(evidence) if item.evidence_id == quote.evidence_ids[0])
    item = evidence[place]
    return Unit(
        evidence=item,
        place=place,
        order=0,
        start=item.start,
        end=item.end,
        text=quote.text,
        kind=UnitKind.SENTENCE,
        context=item.title,
    )


def _keep_findings(ranking: Ranking, findings: Sequence[Quote], reworded: Mapping[Unit, Quote]) -> Ranking:
    """Only candidates that the layer below found; a reworded one is never dropped for sharing no word."""
    kept = []
    for candidate in ranking.candidates:
        if candidate.unit in reworded:
            kept.append(replace(candidate, score=max(candidate.score, 0.1)))
        elif any(_says(candidate.unit, quote) for quote in findings):
            kept.append(candidate)
    return replace(ranking, candidates=tuple(kept))


def _add_companions(
    chosen: Sequence[RankedUnit], ranking: Ranking, announced: Mapping[Unit, tuple[Unit, ...]], limit: int
) -> list[RankedUnit]:
    """Each unit with the sentence that it leans on and with what it announces; all, or none beyond the limit."""
    by_unit = {candidate.unit: candidate for candidate in ranking.candidates}
    complete: list[RankedUnit] = []
    for candidate in chosen:
        wanted = [candidate.antecedent, candidate.unit, *announced.get(candidate.unit, ())]
        group = [by_unit[unit] for unit in wanted if unit in by_unit and by_unit[unit] not in complete]
        if complete and len(complete) + len(group) > limit:
            continue
        complete += group
    return complete
