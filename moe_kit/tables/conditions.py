"""Which rows a question picks: by values of cells, comparisons with numbers, and times."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from moe_core.text.late_pattern import LatePattern
from moe_core.text.tokens import iterate_tokens
from moe_kit.tables.cells import parse_amount, parse_month
from moe_kit.tables.table import Column, DocumentTable
from moe_kit.tables.words import is_same, is_slip, split_name


class QuestionWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word of a question, folded, and its characters [start, end)."""

    text: str
    start: int
    end: int


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell of one column must be.

    Attributes:
        told: In words, for the answer: 'status is "paid"'.
        holds: Whether a row, by its number, fits.
        words: Places of the words among the question's that say so.
    """

    column: Column
    told: str
    holds: Callable[[int], bool]
    words: frozenset[int]
    value: str = ""


_NEGATED = LatePattern(
    r"\b(?:not|no|non|except|excluding|other than|without|nicht|keine?|außer|ohne)"
    r"(?: the| die| den| yet| been| schon)*[\s-]*\Z",
    re.I,
)
_UPWARD = r"above|over|more than|greater than|higher than|larger than|exceed(?:s|ing)?|über|mehr als"
_DOWNWARD = r"below|under|less than|fewer than|lower than|cheaper than|smaller than|unter|weniger als"
_NUMBER = r"[£$€]?\s?(?P<number>\d[\d.,]*)\s?(?:€|%|\$)?"
_COMPARED = LatePattern(
    rf"\b(?:(?P<up>{_UPWARD})|(?P<down>{_DOWNWARD})|(?P<least>at least|mindestens)"
    r"|(?P<most>at most|up to|höchstens))\s+"
    rf"{_NUMBER}|\bbetween {_NUMBER.replace('number', 'low')} and {_NUMBER.replace('number', 'high')}",
    re.IGNORECASE,
)
_TIME = LatePattern(
    r"\b(?:(?P<before>before|until|up to|vor|bis)|(?P<after>after|nach)|(?P<since>since|from|seit|ab)"
    r"|in|during|of|for|im)?\s*"
    r"(?:(?P<month>january|february|march|april|may|june|july|august|september|october|november|december|januar|februar"
    r"|märz|mai|juni|juli|oktober|dezember)\s*)?(?P<year>(?:1[89]|20)\d\d)?(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_YES = frozenset("yes y true x ja wahr oui sí si ✓ ✔".split())
_NO = frozenset("no n false nein falsch non - ✗ ✘".split())
_VALUE_WORDS_MAX = 6
_VALUE_CHARACTERS_MAX = 80  # a longer cell is a remark, which no question repeats
_INFLECTED_VALUES_MAX = 300  # with more, a cell is meant only by its own words


def find_conditions(
    question: str,
    words: Sequence[QuestionWord],
    table: DocumentTable,
    taken: frozenset[int],
    measure: Column | None,
    *,
    is_parted: bool = False,
) -> list[Condition]:
    """The conditions that a question sets over a table's rows.

    Args:
        taken: Places of words that mean something else.
        measure: The column that a comparison without a name of its own is about.
        is_parted: "Between A and B" names two sides, and no range.
    """
    found = [] if is_parted else list(_find_comparisons(question, words, table, taken, measure))
    used = taken.union(*(condition.words for condition in found))
    times = list(_find_times(question, words, table, used))
    used = used.union(*(condition.words for condition in times))
    return [*found, *times, *_find_values(question, words, table, used)]


def find_flags(question: str, words: Sequence[QuestionWord], mentions: Mapping[int, Column]) -> list[Condition]:
    """Columns of yes and no that a question names as what somebody is or did: "who has paid", "those not renewed".

    Args:
        mentions: By place of a word, the column that it names.
    """
    found = []
    for place, column in mentions.items():
        written = {value.strip().casefold(): value for value in column.values}
        if not written or not written.keys() <= _YES | _NO:
            continue
        is_not = _NEGATED.regex.search(question, 0, words[place].start) is not None
        value = next((written[word] for word in sorted((_NO if is_not else _YES) & written.keys())), "")
        if value:
            found.append(_equal(column, value, frozenset((place,)), is_not=False))
    return found


def _find_values(
    question: str, words: Sequence[QuestionWord], table: DocumentTable, taken: frozenset[int]
) -> Iterator[Condition]:
    """Cells that the question names, the longest first."""
    used = set(taken)
    indexes = [(column, _index_values(column)) for column in table.columns if not column.dates]
    for size in range(min(_VALUE_WORDS_MAX, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            places = frozenset(range(first, first + size))
            if places & used:
                continue
            phrase = tuple(words[place].text for place in sorted(places))
            hits = [(column, value) for column, index in indexes if (value := _find_value(phrase, index, column))]
            if not hits:
                continue
            column, value = _choose(hits, words, first)
            used |= places
            is_not = _NEGATED.regex.search(question, 0, words[first].start) is not None
            yield _equal(column, value, places, is_not=is_not)


def _equal(column: Column, value: str, places: frozenset[int], *, is_not: bool) -> Condition:
    folded = value.strip().casefold()
    cells = column.cells

    def holds(row: int) -> bool:
        return (cells[row].strip().casefold() == folded) is not is_not

    told = f'{column.name} is {"not " if is_not else ""}"{value}"'
    return Condition(column=column, told=told, holds=holds, words=places, value="" if is_not else value)


def _index_values(column: Column) -> dict[tuple[str, ...], str]:
    if column.is_measure:
        return {}
    if column.numbers is not None:  # numbers of rows: each one word, and often very many
        return {(value.strip(),): value for value in column.values}
    short = (value for value in column.values if len(value) <= _VALUE_CHARACTERS_MAX)
    return {tuple(token.folded for token in iterate_tokens(value)): value for value in short}


def _find_value(phrase: tuple[str, ...], index: dict[tuple[str, ...], str], column: Column) -> str:
    exact = index.get(phrase)
    if exact is not None:
        is_small_number = exact.strip().isdigit() and (column.is_measure or len(exact.strip()) < 2)
        return "" if is_small_number else exact
    if len(index) > _INFLECTED_VALUES_MAX or column.numbers is not None:
        return ""
    alike = [
        value
        for key, value in index.items()
        if len(key) == len(phrase)
        and all(is_same(one, two) or is_slip(one, two) for one, two in zip(key, phrase, strict=True))
    ]
    return alike[0] if len(alike) == 1 else ""


def _choose(hits: Sequence[tuple[Column, str]], words: Sequence[QuestionWord], first: int) -> tuple[Column, str]:
    """The column named right before the value; the first of several else."""
    before = words[first - 1].text if first else ""
    named = [hit for hit in hits if any(is_same(before, word) for word in split_name(hit[0].name))]
    return (named or hits)[0]


def _find_comparisons(
    question: str, words: Sequence[QuestionWord], table: DocumentTable, taken: frozenset[int], measure: Column | None
) -> Iterator[Condition]:
    for match in _COMPARED.regex.finditer(question):
        places = frozenset(n for n, word in enumerate(words) if match.start() <= word.start < match.end())
        column = _find_compared(words, table, places) or measure
        if column is None or column.numbers is None or (places & taken and not match["low"]):
            continue
        numbers = column.numbers
        low, high = match["low"] or match["number"], match["high"] or match["number"]
        least, most = (parse_amount(text, decimal_comma=False) for text in (low, high))
        if least is None or most is None:
            continue
        yield Condition(
            column=column,
            told=f"{column.name} is {' '.join(match.group().split())}",
            holds=_compare(numbers, match, least, most),
            words=places,
        )


def _find_compared(words: Sequence[QuestionWord], table: DocumentTable, places: frozenset[int]) -> Column | None:
    """The column of numbers whose name stands right behind what is compared, or nearest before it."""
    first, last = min(places, default=0), max(places, default=0)
    for place in (last + 1, first - 1, first - 2):
        for column in table.columns:
            if (
                0 <= place < len(words)
                and column.is_measure
                and any(is_same(words[place].text, word) for word in split_name(column.name))
            ):
                return column
    return None


def _compare(numbers: Sequence[float | None], match: re.Match[str], least: float, most: float) -> Callable[[int], bool]:
    def holds(row: int) -> bool:
        number = numbers[row]
        if number is None:
            return False
        if match["low"]:
            return least <= number <= most
        if match["up"]:
            return number > least
        if match["down"]:
            return number < least
        return number >= least if match["least"] else number <= least

    return holds


def _find_times(
    question: str, words: Sequence[QuestionWord], table: DocumentTable, taken: frozenset[int]
) -> Iterator[Condition]:
    for match in _TIME.regex.finditer(question):
        month, year = match["month"], match["year"]
        if (not month and not year) or (month and month.lower() == "may" and not year and match.group()[0] in "mM"):
            continue
        places = frozenset(n for n, word in enumerate(words) if match.start() <= word.start < match.end())
        column = _find_time_column(table, needs_month=bool(month))
        if places & taken or column is None or _names_a_row(words, table, places):
            continue
        if column.months and question[match.end() : match.end() + 1] in ("-", "/"):
            continue  # "2025-02", a cell as it stands
        told = " ".join(match.group().split())
        yield Condition(
            column=column,
            told=f"{column.name} is {told}" if told[0].isdigit() else f"{column.name} {told}",
            holds=_stand_in_time(column, match, parse_month(month) if month else None, int(year) if year else None),
            words=places,
            value=year if column.holds_years and year and len(places) < 3 else "",
        )


def _names_a_row(words: Sequence[QuestionWord], table: DocumentTable, places: frozenset[int]) -> bool:
    """Whether what looks like a year is a number of a row: "invoice 2006"."""
    if len(places) != 1 or min(places) == 0:
        return False
    before, said = words[min(places) - 1].text, words[min(places)].text
    named = (c for c in table.columns if any(is_same(before, word) for word in split_name(c.name)))
    return any(not column.holds_years and said in column.values for column in named)


def _find_time_column(table: DocumentTable, *, needs_month: bool) -> Column | None:
    columns = [
        column for column in table.columns if column.dates or column.months or (column.holds_years and not needs_month)
    ]
    return columns[0] if columns else None


def _stand_in_time(column: Column, match: re.Match[str], month: int | None, year: int | None) -> Callable[[int], bool]:
    dates = column.dates or column.months or [_read_year(cell) for cell in column.cells]

    def holds(row: int) -> bool:
        day = dates[row]
        if day is None:
            return False
        here = (day.year if year else 0, day.month if month else 0)
        there = (year or 0, month or 0)
        if match["before"]:
            return here < there
        if match["after"]:
            return here > there
        return here >= there if match["since"] else here == there

    return holds


def _read_year(cell: str) -> date | None:
    return date(int(cell.strip()), 1, 1) if cell.strip().isdigit() else None
