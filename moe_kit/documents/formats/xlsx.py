"""Workbooks of Excel: each sheet a section, each row with the names of its columns, values as they are shown."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from moe_core.contracts.loader import Loaded
from moe_kit.documents.archive import open_archive
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.losses import CELL_REMARKS, describe_cut_sheet, describe_hidden_sheet
from moe_kit.documents.optional import load_optional
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.sheets.merged_cells import fill_merged
from moe_kit.documents.sheets.sheet_text import write_sheet
from moe_kit.documents.sheets.shown_values import show_value
from moe_kit.documents.sheets.workbook_parts import scan_sheet

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RECALCULATE = "open it in a spreadsheet program and save it again"
_REMARKS = ("xl/comments", "xl/threadedComments/")


def load_xlsx(path: Path, document_id: str) -> Loaded:
    """Read a workbook as one document.

    Raises:
        DocumentError: It is damaged, protected, or the extra `office` is not installed.
    """
    openpyxl = load_optional("openpyxl", extra="office", path=document_id)
    builder = TextBuilder()
    notes: list[str] = []
    with open_archive(path, document_id) as archive:
        book = openpyxl.load_workbook(BytesIO(read_bytes(path, document_id)), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                notes.append(describe_hidden_sheet(sheet.title))
                continue
            notes += _add_sheet(sheet, archive, builder)
        if any(member.startswith(_REMARKS) for member in archive.namelist()):
            notes.append(CELL_REMARKS)
        named = collapse(str(book.properties.title or ""))
    document = builder.build_document(document_id, media_type=_MEDIA_TYPE, title=named)
    return Loaded(documents=(document,), notes=tuple(notes))


def _add_sheet(sheet: Any, archive: ZipFile, builder: TextBuilder) -> Iterator[str]:
    """Append a sheet; what is lost of it comes back."""
    facts = scan_sheet(archive, sheet._worksheet_path)
    builder.begin_section(sheet.title, 1)
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    if not write_sheet(fill_merged(_iterate_rows(sheet), facts.merges), builder):
        yield describe_cut_sheet(sheet.title)
    count = facts.formulas_without_result
    if count:
        formulas = f"{count} formulas that were" if count > 1 else "a formula that was"
        yield f"sheet {sheet.title!r} has {formulas} never calculated; {_RECALCULATE}"


def _iterate_rows(sheet: Any) -> Iterator[Sequence[str]]:
    for row in sheet.iter_rows():
        yield [show_value(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
