import pytest

from moe_kit.documents.tables import (
    Cell,
    RecordWriter,
    find_first_row,
    has_header,
    is_figure,
    is_names_row,
    write_table,
)


def cells(*texts: str) -> list[Cell]:
    return [Cell(text=text) for text in texts]


def test_every_row_has_the_names_of_its_columns() -> None:
    rows = [cells("Item", "Price (EUR)", "Until"), cells("Pump", "4,350", "14 March; noon"), cells("", "", "")]
    assert write_table(rows) == ["Item: Pump; Price (EUR): 4,350; Until: 14 March, noon"]


def test_pairs_of_names_and_values_have_no_header() -> None:
    rows = [cells("Serial", "QX-1"), cells("Price", "20")]
    assert write_table(rows) == ["Serial | QX-1", "Price | 20"]
    assert write_table([cells("Fee", "Pounds"), cells("Adult", "6.50")]) == ["Fee: Adult; Pounds: 6.50"]


def test_names_stand_above_each_other_and_a_corner_may_be_empty() -> None:
    rows = [
        [Cell(text=""), Cell(text="2023", columns=2), Cell(text="2024")],
        cells("", "In", "Out", "In"),
        [Cell(text="Mill", rows=2), *cells("1", "2", "3")],
        cells("5", "6", "7"),
    ]
    assert write_table(rows, header_rows=2) == [
        "row: Mill; 2023 In: 1; 2023 Out: 2; 2024 In: 3",
        "row: Mill; 2023 In: 5; 2023 Out: 6; 2024 In: 7",
    ]


def test_a_line_across_the_table_is_no_row() -> None:
    rows = [
        [Cell(text="Prices", columns=3)],
        cells("Item", "Serial", "Price"),
        [Cell(text="Ground floor", columns=3)],
        cells("Pump", "K", "3"),
    ]
    assert write_table(rows) == ["Prices", "Ground floor", "Item: Pump; Serial: K; Price: 3"]


def test_a_table_of_names_alone_or_of_nothing_is_no_error() -> None:
    assert write_table([cells("Item", "Price")], header_rows=1) == ["Item | Price"]
    assert write_table([]) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["Name", "Role", "Since"], ["Ann", "chair", "2019"], True),
        (["Name", "2023", "2024"], ["Ann", "1", "2"], True),
        (["Ann", "chair", "2 May"], ["Bob", "clerk", "3 May"], False),
        (["Name", "Name", "Role"], ["a", "b", "c"], False),
        (["Name", "", "Role"], ["a", "b", "c"], False),
        (["One is a sentence that says a good deal of the things it is about", "b", "c"], ["a", "d", "e"], False),
        (["Oak", "elm", "ash"], ["fir", "elm", "yew"], False),
    ],
)
def test_a_first_row_of_short_words_names_the_columns(first: list[str], second: list[str], expected: bool) -> None:
    assert has_header([first, second]) is expected


@pytest.mark.parametrize("text", ["4,350", "£6.50", "1.050,00 €", "12 %", "2024-11-19", "14 March 2027", "EUR 7", "-3"])
def test_numbers_amounts_and_dates_are_figures(text: str) -> None:
    assert is_figure(text)
    assert not is_figure("KP-2209")


def test_a_row_may_be_longer_than_the_names() -> None:
    writer = RecordWriter(["a: b", ""])
    assert writer.write(["1", "2; 3", "", "4\n5"]) == "a, b: 1; column 2: 2, 3; column 4: 4 5"
    assert writer.write(["", " "]) == ""


def test_a_name_that_comes_again_is_counted() -> None:
    assert RecordWriter(["Sum", "Due", "Sum"]).write(["1", "May", "2"]) == "Sum: 1; Due: May; Sum (2): 2"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Name", "", "2023"], True),
        (["Name", "3 months", "Sum", "Sum"], True),
        (["Ann", "4,350"], False),
        (["2024-01-11", "x"], False),
        (["x", "x", "x"], False),
        (["", ""], False),
    ],
)
def test_a_row_of_names_has_no_figures(row: list[str], expected: bool) -> None:
    assert is_names_row(row) is expected


def test_a_table_begins_below_what_is_said_of_it() -> None:
    rows = [["Report of May"], [], ["", "all sums in EUR"], ["Name", "Sum", "Due"], ["a", "1", ""], ["b", "2", "June"]]
    assert find_first_row(rows) == 3
    assert find_first_row([["one"], ["two"]]) == find_first_row([]) == 0
