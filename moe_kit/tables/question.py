"""A question read against one table: what is computed, of which column, over which rows, and what stays unexplained."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from moe_core.text.late_pattern import LatePattern
from moe_core.text.tokens import STOP_WORDS, iterate_tokens
from moe_kit.tables.conditions import Condition, QuestionWord, find_conditions, find_flags
from moe_kit.tables.naming import choose_naming
from moe_kit.tables.operation import AskedOperation, Operation
from moe_kit.tables.table import Column, DocumentTable
from moe_kit.tables.words import is_same, is_slip, mean_same, split_name

# Words that say nothing about which rows or columns are meant.
_FILLER = frozenset(
    """table list file data row rows record records entry entries one ones given altogether many much
    made make record listed list got get gets give show tell find work worked cost please each every whole exist contain
    amounts figure high hoch hohe per what which who when where whose entire according it
    average mean number total sum calculate compute yet already still so far those have has had do does did
    der die das den dem des ein eine einen ist sind war waren hat haben hatte wie viel viele was welche welcher welches
    wer wo wann in im am von vom zu zum zur fur fuer mit und es gibt alle allen aller bei aus""".split()
)
_GROUPED = LatePattern(r"\b(?:per|by|for each|for every|je|pro|nach)\s+(?P<name>\w+)", re.IGNORECASE)
_ASKED = LatePattern(
    r"\b(?:which|what|how many|number of|wie ?viele|welche[rsnm]?)\s+"
    r"(?:(?:different|distinct|unique)\s+)?(?P<noun>[^\W\d]+)"
    r"|\b(?P<who>who|whose|wer)\b|\b(?P<when>when|wann)\b",
    re.IGNORECASE,
)
_VERBS = frozenset(("has", "have", "had", "hat", "haben", "hatte"))
_ASKS_WHO = LatePattern(r"\A\W*(?:who|wer)\b", re.IGNORECASE)
_ASKS_DEED = LatePattern(r"\bwhat (?:did|does|do|has|have)\b", re.IGNORECASE)
_SAME, _ALIKE, _SLIP = 3, 2, 1


class TableQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a question means for one table.

    Attributes:
        measure: The column that is computed with.
        label: The column that tells what is asked for: of "which customer", the customers'.
        group: The column whose values make groups.
        rivals: Columns that could be meant as well as the measure, when nothing tells them apart.
        unexplained: The question's words that neither the table nor the operation explains.
        is_label_said: The question names the label's column; else it is the one that names the rows.
        weight: How much of the question this table's own names and cells explain.
    """

    table: DocumentTable
    asked: AskedOperation
    conditions: tuple[Condition, ...] = ()
    measure: Column | None = None
    label: Column | None = None
    group: Column | None = None
    rivals: tuple[Column, ...] = ()
    unexplained: tuple[str, ...] = ()
    weight: float = 0.0
    counts_rows: bool = False
    is_label_said: bool = False


class _TableReading(msgspec.Struct):
    question: str
    words: Sequence[QuestionWord]
    table: DocumentTable
    asked: AskedOperation
    mentions: dict[int, tuple[int, Column]] = msgspec.field(default_factory=dict)

    def place_of(self, start: int) -> int:
        return next((place for place, word in enumerate(self.words) if word.start == start), -1)

    def column_at(self, place: int, least: int = _SLIP) -> Column | None:
        score, column = self.mentions.get(place, (0, None))
        return column if score >= least else None


def read_question(question: str, table: DocumentTable, asked: AskedOperation) -> TableQuestion:
    """Read a question against a table."""
    words = [QuestionWord(text=t.folded, start=t.start, end=t.end) for t in iterate_tokens(question)]
    reading = _TableReading(question, words, table, asked)
    operation = frozenset(
        place for place, word in enumerate(words) if any(a <= word.start < b for a, b in asked.places)
    )
    reading.mentions = _find_mentions(words, table, operation)
    flags = find_flags(question, words, {place: found[1] for place, found in reading.mentions.items()})
    for flag in flags:
        reading.mentions = {place: found for place, found in reading.mentions.items() if place not in flag.words}
    exact = frozenset(place for place, (score, _) in reading.mentions.items() if score == _SAME)
    exact = exact.union(*(flag.words for flag in flags))
    group = _find_group(reading)
    label, noun = _find_asked(reading)
    measure, rivals = _find_measure(reading, noun)
    parted = asked.operation is Operation.DIFFERENCE
    conditions = (*flags, *find_conditions(question, words, table, operation | exact, measure, is_parted=parted))
    picked = frozenset().union(*(condition.words for condition in conditions))
    mentions = {place: found for place, found in reading.mentions.items() if place not in picked}
    if not rivals and measure is not None and not any(column is measure for _, column in mentions.values()):
        reading.mentions = mentions
        measure, rivals = _find_measure(reading, noun)
    if asked.operation is Operation.LOOKUP and (label is None or noun < 0) and reading.mentions:
        label = _find_looked_up(_leave_out_deeds(question, mentions, label), conditions) or label
    left = [
        word.text
        for place, word in enumerate(words)
        if place not in operation | picked | mentions.keys()
        and not _is_plain(word.text)
        and not _is_of(word.text, table)
    ]
    counted = reading.column_at(noun) if noun >= 0 else None
    return TableQuestion(
        table=table,
        asked=asked,
        conditions=conditions,
        measure=measure,
        label=label,
        group=group,
        rivals=rivals,
        unexplained=tuple(left),
        weight=2 * len(picked) + sum(score for score, _ in mentions.values()) + _weigh_names(words, table),
        counts_rows=counted is None or not counted.is_measure,
        is_label_said=label is not None and counted is label,
    )


def _find_mentions(
    words: Sequence[QuestionWord], table: DocumentTable, taken: frozenset[int]
) -> dict[int, tuple[int, Column]]:
    """By place of a word, the column that it names best."""
    found: dict[int, tuple[int, Column]] = {}
    for place, word in enumerate(words):
        if place in taken or word.text in STOP_WORDS:
            continue
        rated = [(_rate(word.text, column), -number, column) for number, column in enumerate(table.columns)]
        score, _, column = max(rated, key=lambda item: item[:2])
        beside = [words[other].text for other in (place - 1, place + 1) if 0 <= other < len(words)]
        if score and sum(one == score for one, _, _ in rated) > 1:  # "unit price" beside "total price"
            best = max(
                (item for item in rated if item[0] == score),
                key=lambda item: (
                    sum(_rate(text, item[2]) == _SAME for text in beside),
                    -len(split_name(item[2].name)),
                ),
            )
            column = best[2]
        if score:
            found[place] = (score, column)
    return found


def _rate(word: str, column: Column) -> int:
    names = split_name(column.name)
    if any(is_same(word, name) for name in names):
        return _SAME
    if any(mean_same(word, name) for name in names):
        return _ALIKE
    return _SLIP if any(is_slip(word, name) for name in names) else 0


def _find_group(reading: _TableReading) -> Column | None:
    for match in _GROUPED.regex.finditer(reading.question):
        column = reading.column_at(reading.place_of(match.start("name")), _SAME)
        if column is not None and not column.is_measure:
            return column
    return None


def _find_asked(reading: _TableReading) -> tuple[Column | None, int]:
    """The column that holds what is asked for, and the place of the word that names it, -1 without one."""
    match = _ASKED.regex.search(reading.question)
    if match is None:
        return None, -1
    if match["who"]:
        return _find_people(reading.table), -1
    if match["when"]:
        timed = [column for column in reading.table.columns if column.dates or column.holds_years]
        return (timed[0] if len(timed) == 1 else None), -1
    place = reading.place_of(match.start("noun"))
    if match["noun"].lower() in _VERBS:  # "which has the lowest height"
        return _find_naming(reading.table, is_told=True), -1
    column = reading.column_at(place)
    if column is None and reading.asked.operation in (Operation.HIGHEST, Operation.LOWEST):
        behind = _find_ranked(reading)
        if behind >= 0:
            return reading.column_at(behind), behind
    following = reading.column_at(place + 1, _SAME)
    if reading.asked.operation is Operation.COUNT and following is not None and following.is_measure:
        return following, place + 1  # "how many apple trees", where trees are a column of figures
    if column is None and place >= 0 and _is_of(reading.words[place].text, reading.table):
        column = _find_naming(reading.table, is_told=False)
    return column, place


def _find_naming(table: DocumentTable, *, is_told: bool) -> Column | None:
    """The column that names the rows; where it need not be told by its own name, else the first of texts."""
    texts = {column.name: column for column in table.columns if column.numbers is None}
    named = choose_naming(list(texts))
    if named is not None:
        return texts[named]
    return None if is_told else next(iter(texts.values()), None)


def _find_ranked(reading: _TableReading) -> int:
    """The place of the noun right behind a superlative that names what is ranked: "the most expensive boat"."""
    end = max(stop for _, stop in reading.asked.places)
    place = next((number for number, word in enumerate(reading.words) if word.start > end), -1)
    column, following = reading.column_at(place, _SAME), reading.column_at(place + 1)
    is_named = column is not None and not column.is_measure
    return place if is_named and (following is None or not following.is_measure) else -1


def _find_looked_up(mentions: Mapping[int, tuple[int, Column]], conditions: Sequence[Condition]) -> Column | None:
    """The column named best and first that no condition is about."""
    free = [
        (-score, place, column)
        for place, (score, column) in mentions.items()
        if not any(condition.column is column for condition in conditions)
    ]
    return min(free, key=lambda item: item[:2])[2] if free else None


def _leave_out_deeds(
    question: str, mentions: Mapping[int, tuple[int, Column]], label: Column | None
) -> Mapping[int, tuple[int, Column]]:
    """Mentions without columns of rows' numbers, which only a verb seems to name: "what did Ann order"."""
    if not _ASKS_DEED.regex.search(question) and (label is None or not _ASKS_WHO.regex.search(question)):
        return mentions
    return {place: found for place, found in mentions.items() if found[1].numbers is None or found[1].is_measure}


def _find_people(table: DocumentTable) -> Column | None:
    texts = [column for column in table.columns if column.numbers is None and not column.dates]
    named = [column for column in texts if any(mean_same("person", w) or w == "name" for w in split_name(column.name))]
    return next(iter(named or texts), None)


def _find_measure(reading: _TableReading, noun: int) -> tuple[Column | None, tuple[Column, ...]]:
    """The column to compute with, or several that could be it."""
    is_ranking = reading.asked.operation in (Operation.HIGHEST, Operation.LOWEST)
    is_timed = is_ranking and reading.asked.hint in ("date", "age")
    able = [c for c in reading.table.columns if c.is_measure or (is_timed and (c.holds_years or c.dates))]
    is_counting = reading.asked.operation is Operation.COUNT
    named = [
        (score, -place, column)
        for place, (score, column) in reading.mentions.items()
        if any(column is one for one in able)
        and (place == noun or not is_counting)
        and not (is_ranking and place == noun)
    ]
    if named:
        score, _, best = max(named, key=lambda item: item[:2])
        level = {id(column): column for other, _, column in named if other == score}
        if score < _SAME and len(level) > 1:  # "stock value", where both are other words for a column
            return None, tuple(level.values())
        return best, ()
    if reading.asked.operation is Operation.LOOKUP:  # a column that nobody names is not looked up
        return None, ()
    hint = reading.asked.hint
    hinted = [column for column in able if hint and any(mean_same(hint, word) for word in split_name(column.name))]
    if hint == "date":
        hinted = hinted or [column for column in able if column.dates or column.holds_years]
    plain = hinted or ([] if hint and hint != "date" else [column for column in able if column.is_measure])
    return (plain[0], ()) if len(plain) == 1 else (None, tuple(plain))


def _is_plain(word: str) -> bool:
    return word in STOP_WORDS or word in _FILLER or len(word) < 2


def _is_of(word: str, table: DocumentTable) -> bool:
    """Whether a word is of the table's file name or heading."""
    return any(is_same(word, name) for name in split_name(f"{table.file} {table.heading}"))


def _weigh_names(words: Sequence[QuestionWord], table: DocumentTable) -> float:
    return float(sum(not _is_plain(word.text) and _is_of(word.text, table) for word in words))
