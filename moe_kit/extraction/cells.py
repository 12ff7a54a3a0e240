"""The value of a field or of a table's row, written out as "name: value", that a question asks for."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from moe_core.text.tokens import fold, iterate_tokens, stem
from moe_kit.extraction.german import find_function_words
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_asked_kinds
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.query import Query, parse_query
from moe_kit.extraction.relations import LIGHT_WORDS, find_level
from moe_kit.extraction.value_range import find_figures, find_ranges, read_range

_FIELD = re.compile(r"\A[-*•\s]*([^\W\d_][^:;\n]{0,40}):\s+(\S[^;\n]*)\Z")
_CELL = re.compile(r"([^:;\n]{1,41}):\s+([^;\n]*)(?:;\s|\Z)")
_MARKUP = re.compile(r"[\[\]<>!]")  # nobody's plain value, and cut apart it could look like a mark of moe's own
_VALUE_WORDS_MAX = 8
_NAMED_MIN = 0.6  # a compound of a word that the question says
_LEAD = 0.2  # of the best named column before the next one
_ROW_SHARE_MIN = 0.5  # of the question's words that the row says, where no column is named
# "What did Anna order?": the column `order` is not what she ordered.
_VERB = re.compile(r"\bwhat (?:did|does|do|has|have)\b.*?(\w+)\W*\Z", re.IGNORECASE)
_PROPER = re.compile(r"[A-ZÄÖÜ][\w'’.&-]*(?:\s(?:(?:of|de|der|van|von|the|&)\s)?[A-ZÄÖÜ][\w'’.&-]*){0,4}")


class NamedValue(msgspec.Struct, frozen=True):
    """A value with the name of its column."""

    name: str
    value: str


def find_cell(question: str, quotes: Sequence[str]) -> str | None:
    """The one value of a quoted field or row that the question asks for.

    Several rows are looked at where a figure of the question chooses between them: "2 to 3" for somebody of two.

    Returns:
        None where no quote is a field or row, no value is named, or several are.
    """
    rows = [list(_read_cells(quote.strip())) for quote in quotes if not quote.startswith("#")]
    if not rows or not all(rows):
        return None
    row = rows[0] if len(rows) == 1 else _choose_row(question, rows)
    query = parse_query(question)
    terms = frozenset(query.weights) - LIGHT_WORDS - find_function_words(question)
    if row is None or not terms:
        return None
    found = _choose_field(row[0], terms) if len(row) == 1 else _choose_cell(query, row, terms)
    if found is None or _MARKUP.search(found.value):
        return None
    return found.value.strip(" .") if 0 < len(found.value.split()) <= _VALUE_WORDS_MAX else None


def _read_cells(quote: str) -> Iterator[NamedValue]:
    field = _FIELD.match(quote)
    if field is not None:
        yield NamedValue(field[1], field[2])
    elif _CELL.match(quote) and ";" in quote:
        yield from (NamedValue(match[1].strip(), match[2].strip()) for match in _CELL.finditer(quote))


def _choose_row(question: str, rows: Sequence[list[NamedValue]]) -> list[NamedValue] | None:
    """The one row whose range holds a figure of the question, where the rows are of one table."""
    if any([cell.name for cell in row] != [cell.name for cell in rows[0]] for row in rows):
        return None
    spans = [[span for cell in row if (span := read_range(cell.value)) is not None] for row in rows]
    told = find_ranges(question)
    figures = [] if told else find_figures(question)
    fitting = [
        row
        for row, own in zip(rows, spans, strict=True)
        if any(span in told or any(figure in span for figure in figures) for span in own)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _choose_field(field: NamedValue, terms: frozenset[str]) -> NamedValue | None:
    """A single field, where the question says its name and not its value."""
    return field if _says(field.name, terms) and not _says(field.value, terms) else None


def _choose_cell(query: Query, row: Sequence[NamedValue], terms: frozenset[str]) -> NamedValue | None:
    """The cell of the column that the question names best; else the only one of the kind asked for."""
    text = " ".join(part for cell in row for part in (cell.name, cell.value))
    there = TermSet(find_words(text))
    exact = (query.numbers | query.name_terms) & terms
    if any(not find_level(term, there) and not _is_in_range(term, row) for term in exact):
        return None  # another row
    open_cells = [cell for cell in row if cell.value and not _says(cell.value, terms)]
    asked = _list_asked(query.focus)
    counts = [(_count_named(cell.name, asked, terms), cell) for cell in open_cells]
    counts.sort(key=lambda item: -item[0])
    if not counts:
        return None
    best, cell = counts[0]
    if best >= _NAMED_MIN:
        left = [term for term in terms if not find_level(term, TermSet(find_words(cell.name)))]
        rest = TermSet(find_words(" ".join(f"{one.name} {one.value}" for one in row if one is not cell)))
        is_row = any(find_level(term, rest) or _is_in_range(term, row) for term in left)
        is_clear = len(counts) == 1 or best - counts[1][0] >= _LEAD
        return cell if is_row and is_clear else None
    share = sum(find_level(term, there) > 0 for term in terms) / len(terms)
    kinds = find_asked_kinds(query.focus)
    if len(kinds) != 1 or share < _ROW_SHARE_MIN:
        return None
    fitting = [cell for cell in open_cells if _is_of_kind(cell, kinds[0])]
    return fitting[0] if len(fitting) == 1 else None


def _is_in_range(term: str, row: Sequence[NamedValue]) -> bool:
    """Whether a figure lies in a range that the row is for."""
    figures = find_figures(term)
    spans = [span for span in (read_range(cell.value) for cell in row) if span is not None]
    return any(figure in span for figure in figures for span in spans)


def _list_asked(question: str) -> frozenset[str]:
    """Stems of the question's words, and of each two beside one another written as one: "pick up", "pickup"."""
    verb = _VERB.search(question)
    words = [token.folded for token in iterate_tokens(question)]
    if verb is not None and words and words[-1] == fold(verb[1]):
        words = words[:-1]
    return frozenset(stem(word) for word in (*words, *(one + other for one, other in pairwise(words))))


def _count_named(name: str, asked: frozenset[str], terms: frozenset[str]) -> float:
    """How many words of a column's name the question says, another form or another word for one counting less."""
    named = 0.0
    for word in find_words(name):
        there = TermSet([word])
        levels = [find_level(term, there) for term in terms if term in asked]
        named += 1.0 if word in asked else max(levels, default=0.0)
    return named


def _is_of_kind(cell: NamedValue, asked: AskedKind) -> bool:
    """Whether a value is nothing but an answer of a kind."""
    value = cell.value.strip(" .")
    if asked.kind is AnswerKind.NAME:
        return _PROPER.fullmatch(value) is not None
    return any(value[start:end] == value for start, end in find_answers(value, asked))


def find_words(text: str) -> list[str]:
    """Stems of all words, small ones too; what an underscore joins are two."""
    return [stem(token.folded) for token in iterate_tokens(text.replace("_", " "))]


def _says(text: str, terms: frozenset[str]) -> bool:
    there = TermSet(find_words(text))
    return any(find_level(term, there) > 0 for term in terms)
