"""The line above a table's rows that names its columns, as tables are written into text."""

from collections.abc import Iterable

COLUMNS_LINE = "columns: "
"""How it begins."""


def write_columns(names: Iterable[str]) -> str:
    """The line of these names; columns without a name are left out."""
    return COLUMNS_LINE + ", ".join(name for name in map(str.strip, names) if name)
