import io
from datetime import date

import openpyxl
import pytest
from openpyxl.comments import Comment

from moe_core.contracts.errors import DocumentError


def make_workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    for row in (
        ["Budget of the harbour"],
        [],
        ["Item", "Quarter", "Amount", "Share", "Due"],
        ["Dredging", "Q1", 12500, 0.25, date(2026, 3, 14)],
        [None, "Q2", 8000.5, 0.16, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A4:A5")
    sheet["C4"].number_format = sheet["C5"].number_format = '#,##0.00 "€"'
    sheet["D4"].number_format = "0%"
    second = book.create_sheet("Staff")
    second.append(["Name", "Phone"])
    second.append(["Ann", 4471])
    return book


def save(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_sheets_are_sections_and_values_are_as_shown(load) -> None:
    loaded = load("a.xlsx", save(make_workbook()))
    (document,) = loaded.documents
    assert document.text == (
        "Budget of the harbour\n\ncolumns: Item, Quarter, Amount, Share, Due\n"
        "Item: Dredging; Quarter: Q1; Amount: 12,500.00 €; Share: 25%; Due: 2026-03-14\n"
        "Item: Dredging; Quarter: Q2; Amount: 8,000.50 €; Share: 0.16\n\n"
        "columns: Name, Phone\nName: Ann; Phone: 4471"
    )
    assert [(section.title, section.level) for section in document.sections] == [("Budget", 1), ("Staff", 1)]
    assert loaded.notes == ()


def test_what_is_lost_is_said(load) -> None:
    book = make_workbook()
    book["Budget"]["C6"] = "=SUM(C4:C5)"
    book["Budget"]["A4"].comment = Comment("check", "me")
    book["Staff"].sheet_state = "hidden"
    loaded = load("a.xlsm", save(book))
    assert "Ann" not in loaded.documents[0].text
    assert loaded.notes == (
        "sheet 'Budget' has a formula that was never calculated; open it in a spreadsheet program and save it again",
        "sheet 'Staff' is hidden, and left out; unhide it to have it read",
        "remarks on cells are left out",
    )


@pytest.mark.parametrize("data", [b"", b"no archive", save(make_workbook())[:900]])
def test_a_damaged_file_is_a_document_error(load, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.xlsx"):
        load("a.xlsx", data)


def test_a_file_with_a_password_says_so(load) -> None:
    with pytest.raises(DocumentError, match="needs a password, or is of an older format"):
        load("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
