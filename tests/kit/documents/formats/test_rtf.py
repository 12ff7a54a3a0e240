import pytest

from moe_core.contracts.errors import DocumentError

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}"
    r"{\stylesheet{\s1 heading 1;}{\s7 Title;}}"
)


def read(load_one, body: str) -> str:
    return load_one("a.rtf", f"{HEAD}{body}}}".encode("latin-1")).text


def test_headings_paragraphs_and_lines_keep_their_order(load_one) -> None:
    body = r"\pard\s7 The mill\par\pard\s1 Wood\par\pard Oak,\line elm.\par{\listtext 1.\tab}First\par"
    document = load_one("a.rtf", f"{HEAD}{body}}}")
    assert document.text == "The mill\n\nWood\n\nOak,\nelm.\n\n1. First"
    assert document.title == "The mill"
    assert [(section.title, section.level) for section in document.sections] == [("The mill", 1), ("Wood", 2)]


def test_letters_are_read_in_any_of_its_ways(load_one) -> None:
    body = r"caf\'e9 {\f1 \'cf\'f0}\u8364? \u-10179?\u-8704? {\uc0\u228}b \ldblquote x\rdblquote\~\{y\}\par"
    assert read(load_one, body) == "café Пр€ 😀 äb “x” {y}"


def test_rows_of_tables_have_the_names_of_their_columns(load_one) -> None:
    def row(*cells: str) -> str:
        return r"\trowd\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row"

    body = row("Item", "Serial", "Price") + row("Pump", r"K\par 9", "4,350") + r"\pard After\par"
    assert read(load_one, body) == "Item: Pump; Serial: K 9; Price: 4,350\n\nAfter"


def test_what_was_deleted_or_hidden_is_left_out_and_that_is_said(load) -> None:
    body = r"The rent is {\deleted\revauthdel1 £900}{\revised\revauth1 £1,050}{\v secret}.\par"
    loaded = load("a.rtf", f"{HEAD}{body}}}".encode("latin-1"))
    assert loaded.documents[0].text == "The rent is £1,050."
    assert loaded.notes == ("tracked changes are read as accepted: what was deleted is left out",)


def test_notes_boxes_and_margins_are_read_and_pictures_are_not(load_one) -> None:
    body = (
        r"{\header\pard Mill Trust\par}Rate{\footnote\pard For 2 years.} is fixed.\par{\pict\pngblip 89504e47}"
        r"{\shp{\*\shpinst{\sp{\sn wz}{\sv Box 1}}{\shptxt In the box.\par}}}{\*\unknown hidden}{\*\bkmkstart a}"
        r"\bin4 {}}}End.\par{\footer Mill Trust\par}"
    )
    text = read(load_one, body)
    assert text == "Rate is fixed.\n\nNote: For 2 years.\n\nIn the box.\n\nEnd.\n\nMill Trust"


@pytest.mark.parametrize("data", [b"", b"plain text", b"PK\x03\x04"])
def test_what_is_no_rich_text_is_refused(load, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.rtf"):
        load("a.rtf", data)


def test_groups_that_nobody_opens_or_closes_are_no_error(load_one) -> None:
    assert read(load_one, "a}}} b{{{{ c" + "{" * 50_000) == "a"
