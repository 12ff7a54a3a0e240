"""The value of a field or of a table's row, written out as "name: value", that a question names."""

import re
from collections.abc import Iterator

from moe_core.text.tokens import find_terms
from moe_kit.extraction.german import find_function_words
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.relations import LIGHT_WORDS, find_level

_FIELD = re.compile(r"\A[-*•\s]*([^\W\d_][^:;\n]{0,40}):\s+(\S[^;\n]*)\Z")
_CELL = re.compile(r"([^:;\n]{1,41}):\s+([^;\n]*)(?:;\s|\Z)")
_MARKUP = re.compile(r"[\[\]<>!]")  # nobody's plain value, and cut apart it could look like a mark of moe's own
_VALUE_WORDS_MAX = 8


def find_cell(question: str, quote: str) -> str | None:
    """The one value whose name the question says; None where it names none, or several, or another row."""
    pairs = list(_read_pairs(quote.strip()))
    terms = frozenset(parse_query(question).weights) - LIGHT_WORDS - find_function_words(question)
    if not pairs or not terms:
        return None
    named = [(name, value) for name, value in pairs if _says(name, terms)]
    named = [(name, value) for name, value in named if not _says(value, terms)]
    if len(named) != 1:
        return None
    name, value = named[0]
    rest = " ".join(text for pair in pairs for text in pair if pair != (name, value))
    left = {term for term in terms if not find_level(term, TermSet(find_terms(name)))}
    if len(pairs) > 1 and not (left and all(find_level(term, TermSet(find_terms(rest))) for term in left)):
        return None
    if _MARKUP.search(value):
        return None
    return value.strip(" .") if 0 < len(value.split()) <= _VALUE_WORDS_MAX else None


def _read_pairs(quote: str) -> Iterator[tuple[str, str]]:
    field = _FIELD.match(quote)
    if field is not None:
        yield field[1], field[2]
    elif _CELL.match(quote) and ";" in quote:
        yield from ((match[1].strip(), match[2].strip()) for match in _CELL.finditer(quote))


def _says(text: str, terms: frozenset[str]) -> bool:
    there = TermSet(find_terms(text))
    return any(find_level(term, there) > 0 for term in terms)
