from opendocument_file import make_opendocument, make_row, make_table


def frame(text: str, kind: str = "") -> str:
    return (
        f'<draw:frame presentation:class="{kind}"><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>'
    )


def test_slides_are_pages_with_their_tables_and_notes(load_one) -> None:
    table = make_table(make_row("Item", "Serial", "Pounds"), make_row("Pump", "K", "4,350"))
    body = (
        f"<draw:page>{frame('Dredging first')}{frame('Budget', 'title')}{frame('7', 'page-number')}"
        f"<presentation:notes>{frame('The grant is 40,000.')}</presentation:notes></draw:page>"
        f"<draw:page/><draw:page><draw:frame>{table}</draw:frame></draw:page>"
    )
    document = load_one("a.odp", make_opendocument("presentation", body))
    assert document.text == (
        "Budget\n\nDredging first\n\nNotes: The grant is 40,000.\n\nItem: Pump; Serial: K; Pounds: 4,350"
    )
    assert [section.title for section in document.sections] == ["Budget", "slide 3"]
    start = document.text.index("Item:")
    assert [(page.label, page.start) for page in document.pages] == [("1", 0), ("2", start), ("3", start)]
