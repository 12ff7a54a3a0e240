def table(rows: str) -> str:
    return f"<p>x</p><table>{rows}</table>"


def read(load_one, rows: str) -> list[str]:
    return load_one("p.html", table(rows)).text.split("\n")[2:]


def test_names_of_columns_may_span_rows_and_columns(load_one) -> None:
    rows = (
        "<thead><tr><th rowspan=2>Species</th><th colspan=2>Catch</th></tr><tr><th>2020</th><th>2021</th></tr></thead>"
        "<tr><td>Perch</td><td>3.1</td><td>2.8</td></tr>"
    )
    assert read(load_one, rows) == ["Species: Perch; Catch 2020: 3.1; Catch 2021: 2.8"]


def test_a_cell_that_spans_rows_stands_in_each(load_one) -> None:
    rows = "<tr><th>Hall<th>Day<th>Fee<tr><td rowspan=2>Upper<td>Monday<td>5<tr><td>Friday<td>6"
    assert read(load_one, rows) == ["Hall: Upper; Day: Monday; Fee: 5", "Hall: Upper; Day: Friday; Fee: 6"]


def test_names_beside_their_values_are_pairs(load_one) -> None:
    rows = (
        "<tr><th colspan=2>Lake Sorn<tr><th>Area<td>14.2 km2<tr><th>Outflow<td>River Tamm, <span hidden>x</span>south"
    )
    assert read(load_one, rows) == ["Lake Sorn", "Area: 14.2 km2", "Outflow: River Tamm, south"]


def test_rows_may_have_names_too(load_one) -> None:
    rows = "<tr><td><th>Adult<th>Child<tr><th>Day<td>£6<td>£3"
    assert read(load_one, rows) == ["row: Day; Adult: £6; Child: £3"]


def test_a_span_may_be_any_number(load_one) -> None:
    rows = "<tr><td colspan=99999999 rowspan=-3>a<td>b<tr><td>c<td rowspan=0>d"
    assert read(load_one, rows) == ["a | b", "c | d"]


def test_a_table_that_sets_parts_side_by_side_is_read_as_parts(load_one) -> None:
    assert read(load_one, "<tr><td><p>One.</p><p>Two.</p><td><ul><li>Three</ul>") == ["One.", "", "Two.", "", "- Three"]
    assert read(load_one, "<tr><td>One.<tr><td>Two.") == ["One.", "", "Two."]
    assert load_one("p.html", "<table role=presentation><tr><td>a<td>b</table>").text == "a\n\nb"
