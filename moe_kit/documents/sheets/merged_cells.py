"""Merged cells: what stands in the first of them is meant for those below it too."""

from collections.abc import Iterable, Iterator, Sequence

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column


def fill_merged(rows: Iterable[Sequence[str]], merges: list[Merge]) -> Iterator[Sequence[str]]:
    """Rows with the value of a cell that spans rows in each of them, once a row.

    Args:
        rows: The rows, from the sheet's first on.
        merges: Cells that span others; of a sheet that is being read, those of a row may come together with it.
    """
    open_ones: list[tuple[Merge, str]] = []
    known, later = 0, list[Merge]()
    for number, row in enumerate(rows):
        later += merges[known:]
        known = len(merges)
        if later:
            open_ones += [(merge, _get(row, merge[1])) for merge in later if merge[0] == number < merge[2]]
            later = [merge for merge in later if merge[0] > number]
        open_ones = [(merge, value) for merge, value in open_ones if merge[2] >= number]
        if open_ones:
            filled = list(row)
            for (_, column, _, _), value in open_ones:
                if value and column < len(filled) and not filled[column]:
                    filled[column] = value
            yield filled
        else:
            yield row


def _get(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
