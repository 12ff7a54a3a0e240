"""What was computed, in one statement and in a few words."""

from datetime import date

from moe_kit.tables.operation import Operation
from moe_kit.tables.solving import Solved
from moe_kit.tables.table import Column

_VALUES_SHOWN = 5


def write_value(solved: Solved) -> str:
    """The answer itself: a figure, a name, or a few of them."""
    if solved.is_text:
        return ", ".join(dict.fromkeys(label for label, _ in solved.figures))
    if solved.figures[0][0]:
        return "; ".join(f"{label}: {_format(solved, figure)}" for label, figure in solved.figures)
    return _format(solved, solved.figures[0][1])


def write_statement(solved: Solved) -> str:
    """One sentence: the figure, of which column, over how many rows of which file, where what holds."""
    question = solved.question
    table, total = question.table, len(question.table.rows)
    where = (
        f", where {' and '.join(condition.told for condition in question.conditions)}" if question.conditions else ""
    )
    used = f"{_count_rows(len(solved.rows), total)} of {table.file}"
    skipped = f"; {solved.passed_over} of them without a number were left out" if solved.passed_over else ""
    return f"{_write_head(solved)}, from {used}{where}{skipped}."


def _count_rows(used: int, total: int) -> str:
    return f"all {total:,} rows" if used == total else f"{used:,} of {total:,} rows"


def _write_head(solved: Solved) -> str:
    name = solved.column.name if solved.column else "rows"
    value = write_value(solved)
    operation = solved.operation
    if operation is Operation.LOOKUP:
        return f"{name}: {value}"
    if operation is Operation.COUNT:
        by = f" by {solved.question.group.name}" if solved.question.group else ""
        return f"The number of rows{by} is {value}"
    if operation is Operation.SHARE:
        return f"The share of rows is {value}"
    if operation is Operation.DIFFERENCE:
        one, two = (f"{label} {_format(solved, figure)}" for label, figure in solved.figures[1:])
        return f"The difference in {name} is {value} ({one}, {two})"
    if operation in (Operation.HIGHEST, Operation.LOWEST):
        shown = ", ".join(
            f"{label} ({_format(solved, figure)})" if label else _format(solved, figure)
            for label, figure in solved.figures
        )
        return f"The {operation} {name}: {shown}"
    by = f" by {solved.question.group.name}" if solved.question.group else ""
    return f"The {operation} of {name}{by} is {value}{_list_values(solved)}"


def _list_values(solved: Solved) -> str:
    column = solved.column
    if solved.question.group or column is None or not 1 < len(solved.rows) <= _VALUES_SHOWN:
        return ""
    return f" ({', '.join(column.cells[row] for row in solved.rows)})"


def _format(solved: Solved, figure: float) -> str:
    column = solved.column
    if solved.operation is Operation.SHARE:
        return f"{_format_number(figure, None)} %"
    if column is not None and column.dates and column.numbers is None and solved.operation is not Operation.DISTINCT:
        return date.fromordinal(int(figure)).isoformat()
    if column is not None and column.holds_years and solved.operation in (Operation.HIGHEST, Operation.LOWEST):
        return str(int(figure))
    return _format_number(figure, column)


def _format_number(figure: float, column: Column | None) -> str:
    rounded = round(figure, 2) if abs(figure) >= 1 else float(f"{figure:.3g}")
    text = (
        f"{rounded:,.0f}" if float(rounded).is_integer() else f"{rounded:,.2f}" if abs(figure) >= 1 else f"{rounded:g}"
    )
    if "." in text and abs(figure) >= 1 and text.endswith("0"):
        text = text[:-1] if round(figure, 1) == rounded and "." not in text[-2:] else text
    if column is not None and column.decimal_comma:
        return text.translate(str.maketrans(",.", ".,"))
    return text
