"""The rows of a sheet as text: its tables by the names of their columns, other lines as they stand."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.tables import RecordWriter, find_first_row, has_header, is_names_row
from moe_kit.tables.columns_line import write_columns

_SAMPLE_ROWS = 50
CHARACTERS_MAX = 40_000_000  # what is written of one file, so that its memory is bounded


def write_sheet(rows: Iterable[Sequence[str]], builder: TextBuilder) -> bool:
    """Append a sheet's rows.

    A blank row ends a table. What follows goes on with its columns, unless it begins with names of its own.

    Args:
        rows: The cells as they are shown.
        builder: Takes a block a table.

    Returns:
        Whether all was written; a sheet may have more than anybody reads.
    """
    named: RecordWriter | None = None
    for block in _split_blocks(rows):
        sample = list(islice(block, _SAMPLE_ROWS))
        first = find_first_row(sample)
        if max(map(_count_filled, sample)) < 2:
            first = len(sample)
        for row in sample[:first]:
            builder.add(" ".join(" ".join(row).split()))
        body = sample[first:]
        is_tight = False
        if body and _begins_with_names(body, named):
            names = body.pop(0)
            named = RecordWriter(names)
            builder.add(write_columns(names))
            is_tight = True
        writer = named or RecordWriter(())
        for row in chain(body, block):
            builder.add(writer.write(row), tight=is_tight)
            is_tight = True
            if len(builder) > CHARACTERS_MAX:
                return False
    return True


def _begins_with_names(body: list[Sequence[str]], above: RecordWriter | None) -> bool:
    filled = [[cell for cell in row if cell.strip()] for row in body]
    if len(filled[0]) < 2 or not is_names_row(filled[0]):
        return False
    if above is None:
        return len(filled[0]) > 2 or has_header(filled) or len(body) == 1
    return has_header(filled) and any(cell[:1].isdigit() for row in filled[1:] for cell in row)


def _split_blocks(rows: Iterable[Sequence[str]]) -> Iterator[Iterator[Sequence[str]]]:
    """Stretches of rows that are not blank; each is to be read before the next."""
    source = iter(rows)

    def read_block(first: Sequence[str]) -> Iterator[Sequence[str]]:
        yield first
        for row in source:
            if not any(cell.strip() for cell in row):
                return
            yield row

    for row in source:
        if any(cell.strip() for cell in row):
            block = read_block(row)
            yield block
            for _ in block:  # whoever took it may have left some
                pass


def _count_filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())
