import io
from zipfile import ZipFile

import pytest

from moe_core.contracts.errors import DocumentError
from opendocument_file import make_cell, make_opendocument, make_row, make_table


def read(load_one, body: str, **parts: str) -> str:
    return load_one("a.odt", make_opendocument("text", body, **parts)).text


def test_headings_paragraphs_lists_and_notes_keep_their_order(load_one) -> None:
    styles = (
        '<style:style style:name="P1" style:parent-style-name="Title"/><text:list-style style:name="L1">'
        '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="." text:start-value="3"/>'
        '<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>'
        "</text:list-style>"
    )
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>For 2 years.</text:p>"
        "</text:note-body></text:note>"
    )
    body = (
        '<text:p text:style-name="P1">The <text:span>mill</text:span></text:p>'
        '<text:h text:outline-level="1">Wood</text:h>'
        f"<text:p>Rate{note} is<text:s text:c='3'/>fixed<text:tab/>here.<text:line-break/>Next.</text:p>"
        '<text:list text:style-name="L1"><text:list-item><text:p>Oak</text:p><text:list><text:list-item>'
        "<text:p>old</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Elm</text:p></text:list-item></text:list>"
        "<text:list><text:list-item><text:p>Ash</text:p></text:list-item></text:list>"
    )
    document = load_one("a.odt", make_opendocument("text", body, styles=styles))
    assert document.text == (
        "The mill\n\nWood\n\nRate is fixed here.\nNext.\n\nNote 1: For 2 years.\n\n3. Oak\n(a) old\n4. Elm\n\n- Ash"
    )
    assert document.title == "The mill"
    assert [(section.title, section.level) for section in document.sections] == [("The mill", 1), ("Wood", 2)]


def test_tables_have_the_names_of_their_columns(load_one) -> None:
    rows = (
        f"<table:table-header-rows>{make_row('Name', 'Role')}</table:table-header-rows>",
        make_row(make_cell("Ann", 'table:number-rows-spanned="2"'), "chair"),
        make_row("<table:covered-table-cell/>", "clerk"),
    )
    assert read(load_one, make_table(*rows)) == "Name: Ann; Role: chair\nName: Ann; Role: clerk"


def test_changes_are_read_as_accepted_and_comments_left_out_and_both_is_said(load) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>£900</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>The rent is <text:change-start/>£1,050"
        "<text:change-end/><office:annotation><text:p>Why?</text:p></office:annotation>.</text:p>"
    )
    loaded = load("a.odt", make_opendocument("text", body))
    assert loaded.documents[0].text == "The rent is £1,050."
    assert loaded.notes == (
        "tracked changes are read as accepted: what was deleted is left out",
        "a comment is left out",
    )


def test_boxes_sections_and_margins_are_read_and_contents_and_page_numbers_are_not(load_one) -> None:
    body = (
        "<text:table-of-content><text:index-body><text:p>Wood 3</text:p></text:index-body></text:table-of-content>"
        "<text:section><text:p>Text<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame>"
        "</text:p></text:section>"
    )
    margin = "<text:p>Mill Trust</text:p><text:p>Page <text:page-number>3</text:page-number></text:p>"
    margins = f"<style:header>{margin}</style:header><style:footer>{margin}</style:footer>"
    pages = f"<style:master-page>{margins}</style:master-page>"
    assert read(load_one, body, page_styles=pages) == "Text\n\nIn the box.\n\nMill Trust"


def test_the_title_of_its_properties_counts_where_no_paragraph_is_styled_so(load_one) -> None:
    assert load_one("a.odt", make_opendocument("text", "<text:p>x</text:p>", title=" The  mill ")).title == "The mill"


def test_a_file_with_a_password_or_of_another_kind_says_so(load) -> None:
    def pack(**members: str) -> bytes:
        buffer = io.BytesIO()
        with ZipFile(buffer, "w") as archive:
            for name, content in members.items():
                archive.writestr(name.replace("__", "/"), content)
        return buffer.getvalue()

    with pytest.raises(DocumentError, match="is no OpenDocument file"):
        load("a.odt", pack(other="x"))
    with pytest.raises(DocumentError, match="needs a password"):
        load("a.odt", pack(**{"content.xml": "x", "META-INF__manifest.xml": "<m:encryption-data/>"}))
    with pytest.raises(DocumentError, match=r"a\.odt is damaged"):
        load("a.odt", pack(**{"content.xml": "<x"}))
