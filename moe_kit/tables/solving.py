"""Computing what a question asks of one table."""

import re
import statistics
from collections.abc import Callable, Sequence

import msgspec

from moe_kit.tables.conditions import Condition
from moe_kit.tables.operation import Operation
from moe_kit.tables.question import TableQuestion
from moe_kit.tables.table import Column, DocumentTable
from moe_kit.tables.words import mean_same, split_name

# What comes in or goes out, row by row: of two products, the one with the highest revenue has it over all its rows.
_FLOW = re.compile(
    r"\b(?:revenue|sales|turnover|income|earnings|profit|takings|proceeds|expenses|spending|consumption|units"
    r"|umsatz|umsätze|einnahmen|ausgaben|gewinn|erlös|erlöse|verbrauch)\b",
    re.IGNORECASE,
)
_GROUPS_MAX = 12
_LOOKED_UP_MAX = 12  # more names than a sentence holds are a list, which the rows themselves show better
_FIGURES: dict[Operation, Callable[[Sequence[float]], float]] = {
    Operation.MEAN: statistics.fmean,
    Operation.MEDIAN: statistics.median,
    Operation.SUM: sum,
}


class Solved(msgspec.Struct, frozen=True, kw_only=True):
    """What was computed.

    Attributes:
        figures: Labels with their figures; the label is "" for a single one.
        rows: Numbers of the rows that were used, in order; of a ranking, those that it names.
        passed_over: Rows that fit but hold no number.
        column: Whose numbers were used; None where rows were counted.
        is_text: The figures' labels are the answer, such as a name that was looked up.
    """

    question: TableQuestion
    operation: Operation
    figures: tuple[tuple[str, float], ...]
    rows: Sequence[int]
    passed_over: int = 0
    column: Column | None = None
    is_text: bool = False


class NotComputableError(ValueError):
    """Why a table does not answer a question, in words."""


def solve(question: TableQuestion) -> Solved:
    """Compute the answer.

    Raises:
        NotComputableError: The table does not hold what is asked, or more than one thing could be meant.
    """
    if question.unexplained:
        raise NotComputableError(f'no column or cell of {question.table.file} is named "{question.unexplained[0]}"')
    operation = question.asked.operation
    if operation is Operation.DIFFERENCE:
        return _subtract(question)
    rows = pick_rows(question.table, question.conditions)
    if operation is Operation.LOOKUP:
        return _look_up(question, rows)
    if operation in (Operation.HIGHEST, Operation.LOWEST):
        return _rank(question, rows)
    if operation is Operation.COUNT and question.counts_rows:
        return _count(question, rows)
    if operation is Operation.DISTINCT:
        return _count_distinct(question, rows)
    if operation is Operation.SHARE:
        return _share(question, rows)
    return _aggregate(question, rows, Operation.SUM if operation is Operation.COUNT else operation)


def pick_rows(table: DocumentTable, conditions: Sequence[Condition]) -> Sequence[int]:
    """The rows that fit: several values of one column are alternatives, all else must hold."""
    if not conditions:
        return range(len(table.rows))
    values = [condition for condition in conditions if condition.value]
    others = [condition for condition in conditions if not condition.value]
    by_column: dict[int, list[Condition]] = {}
    for condition in values:
        by_column.setdefault(id(condition.column), []).append(condition)
    return [
        row
        for row in range(len(table.rows))
        if all(condition.holds(row) for condition in others)
        and all(any(condition.holds(row) for condition in same) for same in by_column.values())
    ]


def _require_measure(question: TableQuestion) -> Column:
    if question.measure is not None:
        return question.measure
    if question.rivals:
        names = ", ".join(column.name for column in question.rivals)
        raise NotComputableError(
            f"{question.table.file} has several columns of numbers: {names}; say which one is meant"
        )
    raise NotComputableError(f"{question.table.file} has no such column of numbers")


def _take_numbers(column: Column, rows: Sequence[int]) -> list[tuple[int, float]]:
    numbers = column.numbers or []
    if column.dates and column.numbers is None:
        return [(row, float(day.toordinal())) for row in rows if (day := column.dates[row]) is not None]
    return [(row, number) for row in rows if (number := numbers[row]) is not None]


def _aggregate(question: TableQuestion, rows: Sequence[int], operation: Operation) -> Solved:
    if operation is Operation.SUM and not _says_total(question) and not question.conditions:
        raise NotComputableError("it does not say of which rows")
    column = _require_measure(question)
    used = _take_numbers(column, rows)
    if not used:
        raise NotComputableError(f"no row of {question.table.file} fits")
    if question.group is not None:
        figures = _group(question, used, operation)
    else:
        figures = (("", _FIGURES[operation]([number for _, number in used])),)
    return Solved(
        question=question,
        operation=operation,
        figures=figures,
        rows=[row for row, _ in used],
        passed_over=len(rows) - len(used),
        column=column,
    )


def _says_total(question: TableQuestion) -> bool:
    return (
        question.asked.operation is Operation.COUNT
        or question.asked.adds_up
        or len(question.asked.places) > 1
        or (question.asked.operation is Operation.SUM and question.asked.says_sum)
    )


def _group(
    question: TableQuestion, used: Sequence[tuple[int, float]], operation: Operation
) -> tuple[tuple[str, float], ...]:
    groups: dict[str, list[float]] = {}
    assert question.group is not None
    for row, number in used:
        groups.setdefault(question.group.cells[row], []).append(number)
    if len(groups) > _GROUPS_MAX:
        raise NotComputableError(f"{question.group.name} has {len(groups)} different values, too many to list")
    return tuple((label, _FIGURES[operation](numbers)) for label, numbers in sorted(groups.items()))


def _count(question: TableQuestion, rows: Sequence[int]) -> Solved:
    table = question.table
    if not question.conditions and question.group is None and question.weight <= 0:
        raise NotComputableError("it does not say what to count")
    quantity = next((c for c in table.columns if c.is_measure and _is_quantity(c)), None)
    if quantity is not None and question.label is None and any(c.value for c in question.conditions):
        return _aggregate(question_with(question, quantity), rows, Operation.SUM)
    if question.group is not None:
        groups: dict[str, int] = {}
        for row in rows:
            groups[question.group.cells[row]] = groups.get(question.group.cells[row], 0) + 1
        if len(groups) > _GROUPS_MAX:
            raise NotComputableError(f"{question.group.name} has {len(groups)} different values, too many to list")
        figures = tuple((label, float(count)) for label, count in sorted(groups.items()))
        return Solved(question=question, operation=Operation.COUNT, figures=figures, rows=rows)
    label = question.label
    is_other = label is not None and question.is_label_said and not label.is_first and label.numbers is None
    if is_other and label is not None and len(label.values) < len(label.cells):
        return _count_distinct(question, rows)
    return Solved(question=question, operation=Operation.COUNT, figures=(("", float(len(rows))),), rows=rows)


def question_with(question: TableQuestion, measure: Column) -> TableQuestion:
    """The same question about another column."""
    return TableQuestion(
        table=question.table,
        asked=question.asked,
        conditions=question.conditions,
        measure=measure,
        weight=question.weight,
    )


def _is_quantity(column: Column) -> bool:
    return any(mean_same("quantity", word) for word in split_name(column.name))


def _count_distinct(question: TableQuestion, rows: Sequence[int]) -> Solved:
    label = question.label
    if label is None:
        raise NotComputableError("it does not say what to count")
    values = {label.cells[row].strip().casefold() for row in rows} - {""}
    figures = (("", float(len(values))),)
    return Solved(question=question, operation=Operation.DISTINCT, figures=figures, rows=rows, column=label)


def _share(question: TableQuestion, rows: Sequence[int]) -> Solved:
    if len(question.conditions) != 1:
        raise NotComputableError("a share needs one condition")
    figures = (("", 100 * len(rows) / len(question.table.rows)),)
    return Solved(question=question, operation=Operation.SHARE, figures=figures, rows=rows)


def _rank(question: TableQuestion, rows: Sequence[int]) -> Solved:
    label, asked = question.label, question.asked
    is_rows = label is not None and asked.adds_up and question.measure is None
    if is_rows and label is not None:
        used = [(row, 1.0) for row in rows]  # "which customer has the most orders"
        column = None
    else:
        column = _require_measure(question)
        used = _take_numbers(column, rows)
    if not used:
        raise NotComputableError(f"no row of {question.table.file} fits")
    if label is None or label is column:
        label = None
    is_highest = asked.operation is Operation.HIGHEST
    if asked.is_age and column is not None and (column.dates or column.holds_years):
        is_highest = not is_highest
    single = sorted(used, key=lambda item: -item[1] if is_highest else item[1])
    groups: dict[str, float] = {}
    if label is not None:
        for row, number in used:
            groups[label.cells[row]] = groups.get(label.cells[row], 0.0) + number
    adds_up = asked.adds_up or (column is not None and not asked.is_single and _FLOW.search(column.name) is not None)
    if label is not None and adds_up and len(groups) < len(used):
        added = sorted(groups.items(), key=lambda item: -item[1] if is_highest else item[1])
        named = {name for name, _ in added[: asked.limit]}
        kept = [row for row, _ in used if label.cells[row] in named]
        return _ranked(question, tuple(_with_ties(added, asked.limit)), kept, column)
    figures = [(label.cells[row] if label else "", number) for row, number in single]
    shown = _with_ties(figures, asked.limit)
    return _ranked(question, tuple(shown), [row for row, _ in single[: len(shown)]], column)


def _with_ties(figures: Sequence[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    """The first few, and those that are level with the last of them."""
    last = figures[min(limit, len(figures)) - 1][1]
    tied = [item for item in figures[limit:] if item[1] == last]
    return [*figures[:limit], *(tied if len(tied) < _GROUPS_MAX and figures[0][0] else [])]


def _ranked(
    question: TableQuestion, figures: tuple[tuple[str, float], ...], rows: Sequence[int], column: Column | None
) -> Solved:
    return Solved(
        question=question,
        operation=question.asked.operation,
        figures=figures,
        rows=rows,
        column=column,
        is_text=bool(figures[0][0]),
    )


def _look_up(question: TableQuestion, rows: Sequence[int]) -> Solved:
    column = question.label or question.measure
    conditions = [condition for condition in question.conditions if condition.column is not column]
    if column is None or not conditions or not any(condition.value for condition in conditions):
        raise NotComputableError("it does not name a row and a column")
    found = list(dict.fromkeys(column.cells[row] for row in rows if column.cells[row].strip()))
    if not 0 < len(found) <= _LOOKED_UP_MAX:
        raise NotComputableError("not one row fits")
    figures = tuple((value, 0.0) for value in found)
    return Solved(
        question=question, operation=Operation.LOOKUP, figures=figures, rows=rows, column=column, is_text=True
    )


def _subtract(question: TableQuestion) -> Solved:
    """The difference between what two values of one column stand for."""
    column = _require_measure(question)
    for condition in question.conditions:
        sides = [other for other in question.conditions if other.column is condition.column and other.value]
        if len(sides) == 2:
            rest = [other for other in question.conditions if other not in sides]
            picked = [_take_numbers(column, pick_rows(question.table, [*rest, side])) for side in sides]
            if all(picked):
                totals = [sum(number for _, number in used) for used in picked]
                return Solved(
                    question=question,
                    operation=Operation.DIFFERENCE,
                    figures=(("", abs(totals[0] - totals[1])), *zip((s.value for s in sides), totals, strict=True)),
                    rows=[row for used in picked for row, _ in used],
                    column=column,
                )
    raise NotComputableError("a difference needs two rows that the question names")
