import pytest

ROWS = "Name;Größe;Preis\nFahrradständer;2,5;189,50\nBänke;1,25;2.240,00\n"
READ = (
    "columns: Name, Größe, Preis\nName: Fahrradständer; Größe: 2,5; Preis: 189,50\n"
    "Name: Bänke; Größe: 1,25; Preis: 2.240,00"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_decimal_commas_are_kept_in_any_encoding(load_one, encoding: str, end: str) -> None:
    assert load_one("a.csv", ROWS.replace("\n", end).encode(encoding)).text == READ


def test_a_quoted_cell_may_hold_lines_marks_and_delimiters_behind_a_mark_of_bytes(load_one) -> None:
    data = '\ufeff"last, first",remark\r\n"Doe, Jane","Said: ""It rattles,\r\nand leaks."""\r\n'
    assert (
        load_one("a.csv", data).text.split("\n")[1] == 'last, first: Doe, Jane; remark: Said: "It rattles, and leaks."'
    )


def test_excel_may_say_what_parts_the_cells(load_one) -> None:
    assert load_one("a.csv", "sep=|\na,b|c\n1,2|3\n").text == "columns: a,b, c\na,b: 1,2; c: 3"


def test_what_stands_above_the_table_is_kept_apart(load_one) -> None:
    text = "Account 4471\n\nDate;Sum;Text\n2024-01-02;5,00;Fee\n2024-01-03;6,00;Rent\n2024-01-04;7,00;Gas\n"
    assert load_one("a.csv", text).text.split("\n")[:3] == [
        "Account 4471",
        "columns: Date, Sum, Text",
        "Date: 2024-01-02; Sum: 5,00; Text: Fee",
    ]


def test_a_quotation_mark_that_nobody_closes_costs_its_own_row_only(load_one) -> None:
    rows = "".join(f"{number}\tpipe\n" for number in range(400))
    lines = load_one("a.tsv", f'n\tname\n0\t"5 inch\n{rows}').text.split("\n")
    assert lines[1:3] == ['n: 0; name: "5 inch', "n: 0; name: pipe"]
    assert len(lines) == 402


def test_far_too_long_tables_are_read_in_part_and_that_is_said(load, monkeypatch) -> None:
    monkeypatch.setattr("moe_kit.documents.formats.csv_table._CHARACTERS_MAX", 30)
    loaded = load("a.csv", "a,b\n" + "1234567,1\n" * 90)
    assert loaded.documents[0].text.count("\n") == 2
    assert loaded.notes == ("read in part: its first 2 rows; split it",)
