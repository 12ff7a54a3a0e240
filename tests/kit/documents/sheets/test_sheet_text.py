import pytest

from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.sheets import sheet_text


def write(rows: list[list[str]]) -> str:
    builder = TextBuilder()
    assert sheet_text.write_sheet(rows, builder)
    return builder.build()[0]


def test_a_sheets_tables_have_names_and_its_other_lines_have_none() -> None:
    rows = [
        ["Budget 2026"],
        [],
        ["Item", "Kind", "Sum"],
        ["Pump", "", "4"],
        ["Valve", "new", "5"],
        [],
        ["Name", "Phone"],
    ]
    text = write([*rows, ["Ann", "4471"], [""], ["Checked by Bob."]])
    assert text == (
        "Budget 2026\n\ncolumns: Item, Kind, Sum\nItem: Pump; Sum: 4\nItem: Valve; Kind: new; Sum: 5\n\n"
        "columns: Name, Phone\nName: Ann; Phone: 4471\n\nChecked by Bob."
    )


def test_rows_below_a_blank_one_go_on_with_the_names_above() -> None:
    text = write([["Item", "Kind", "Sum"], ["a", "b", "1"], [], ["c", "d", "2"], ["e", "f", "3"]])
    assert text.split("\n\n")[1] == "Item: c; Kind: d; Sum: 2\nItem: e; Kind: f; Sum: 3"


def test_a_long_table_is_written_row_by_row_and_cut_where_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["Item", "Sum", "Due"], *([f"i{number}", str(number), "May"] for number in range(500))]
    assert write(rows).count("\n") == 500
    monkeypatch.setattr(sheet_text, "CHARACTERS_MAX", 1_000)
    builder = TextBuilder()
    assert not sheet_text.write_sheet(rows, builder)
    assert len(builder) < 1_100
