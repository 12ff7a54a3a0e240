from opendocument_file import make_cell, make_opendocument, make_row, make_table


def test_sheets_are_sections_and_values_are_as_shown(load) -> None:
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    rows = (
        make_row("Item", "Amount", "Due", '<table:table-cell table:number-columns-repeated="16381"/>'),
        make_row(
            make_cell("Dredging", 'table:number-rows-spanned="2"'),
            "12.500,00 €",
            make_cell("14.03.26", 'office:date-value="2026-03-14T00:00:00"'),
        ),
        make_row(
            "<table:covered-table-cell/>",
            "<table:table-cell><office:annotation><text:p>why</text:p></office:annotation><text:p>8</text:p></table:table-cell>",
            make_cell("noon", 'office:date-value="2026-03-14T12:00:00"'),
        ),
        make_row(make_cell("", 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048573"'),
    )
    body = (
        make_table(*rows, name="Budget")
        + make_table(make_row("secret", "x"), name="Lists", style="ta2")
        + make_table(
            make_row("Name", "Phone"), make_row("Ann", "4471", more='table:number-rows-repeated="2"'), name="Staff"
        )
    )
    loaded = load("a.ods", make_opendocument("spreadsheet", body, styles=styles, title="Plan"))
    (document,) = loaded.documents
    assert document.text == (
        "columns: Item, Amount, Due\nItem: Dredging; Amount: 12.500,00 €; Due: 2026-03-14\n"
        "Item: Dredging; Amount: 8; Due: 2026-03-14 12:00:00\n\n"
        "columns: Name, Phone\nName: Ann; Phone: 4471\nName: Ann; Phone: 4471"
    )
    assert [section.title for section in document.sections] == ["Budget", "Staff"]
    assert document.title == "Plan"
    assert loaded.notes == (
        "sheet 'Lists' is hidden, and left out; unhide it to have it read",
        "remarks on cells are left out",
    )


def test_a_row_that_repeats_itself_without_end_is_cut(load, monkeypatch) -> None:
    monkeypatch.setattr("moe_kit.documents.sheets.sheet_text.CHARACTERS_MAX", 2_000)
    body = make_table(make_row("Ann", "chair", "2 May", more='table:number-rows-repeated="99999999"'), name="Staff")
    loaded = load("a.ods", make_opendocument("spreadsheet", body))
    assert len(loaded.documents[0].text) < 2_100
    assert loaded.notes == ("sheet 'Staff' is read in part; split it",)
