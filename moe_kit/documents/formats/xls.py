"""Workbooks of older Excel and of its binary format: each sheet a section, each row with the names of its columns."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.losses import describe_cut_sheet, describe_hidden_sheet
from moe_kit.documents.optional import load_optional
from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.sheets.merged_cells import fill_merged
from moe_kit.documents.sheets.sheet_text import write_sheet
from moe_kit.documents.sheets.shown_values import show_value


def load_xls(path: Path, document_id: str) -> Loaded:
    """Read a workbook as one document. The formats of its numbers are not known: 25 % is read as 0.25.

    Raises:
        DocumentError: It is damaged, protected, or the extra `office` is not installed.
    """
    calamine = load_optional("python_calamine", extra="office", path=document_id)
    content = BytesIO(read_bytes(path, document_id))
    builder = TextBuilder()
    notes: list[str] = []
    try:
        book = calamine.CalamineWorkbook.from_filelike(content)
    except calamine.PasswordError as error:
        raise DocumentError(
            f"{document_id} needs a password", path=document_id, hint="save a copy without the password"
        ) from error
    for facts in book.sheets_metadata:
        if facts.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        if facts.visible != calamine.SheetVisibleEnum.Visible:
            notes.append(describe_hidden_sheet(facts.name))
            continue
        sheet = book.get_sheet_by_name(facts.name)
        builder.begin_section(facts.name, 1)
        left = sheet.start[1] if sheet.start else 0  # rows begin with the first column that is used
        merges = [(top, begin - left, low, end - left) for (top, begin), (low, end) in sheet.merged_cell_ranges or ()]
        if not write_sheet(fill_merged(_iterate_rows(sheet), merges), builder):
            notes.append(describe_cut_sheet(facts.name))
    document = builder.build_document(document_id, media_type="application/vnd.ms-excel")
    return Loaded(documents=(document,), notes=tuple(notes))


def _iterate_rows(sheet: Any) -> Iterator[Sequence[str]]:
    for row in sheet.iter_rows():
        yield [show_value(None if value == "" else value) for value in row]
