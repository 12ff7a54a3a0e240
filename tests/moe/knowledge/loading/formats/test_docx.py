import io

import docx
import pytest

from moe.knowledge.loading.formats.optional import load_optional
from moe_core.contracts.errors import DocumentError


def make_docx(*, title: bool = True) -> bytes:
    document = docx.Document()
    if title:
        document.add_heading("The wheel", 0)
    document.add_paragraph("Intro.")
    document.add_heading("Wood", 1)
    document.add_paragraph("Oak", style="List Bullet")
    document.add_paragraph("Elm", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Part", "Wood", "From"), strict=True):
        cell.text = text
    merged = table.cell(1, 0).merge(table.cell(1, 1))
    merged.text = "Floats"
    table.cell(1, 2).text = "Haldry\nHouse"
    document.add_heading("Care", 2)
    document.add_paragraph("Grease it.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_paragraphs_headings_and_tables_keep_their_order(load_one) -> None:
    document = load_one("a.docx", make_docx())
    assert document.title == "The wheel"
    assert document.text == (
        "The wheel\n\nIntro.\n\nWood\n\n- Oak\n- Elm\n\nPart | Wood | From\nFloats | Haldry House\n\nCare\n\nGrease it."
    )
    assert [(s.title, s.level) for s in document.sections] == [("The wheel", 1), ("Wood", 2), ("Care", 3)]


def test_the_first_heading_is_the_title_when_no_paragraph_is_styled_so(load_one) -> None:
    assert load_one("a.docx", make_docx(title=False)).title == "Wood"


@pytest.mark.parametrize("data", [b"no archive", make_docx()[:2000], b""])
def test_a_damaged_file_is_a_document_error(load, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.docx"):
        load("a.docx", data)


def test_a_missing_package_names_the_extra_that_brings_it() -> None:
    with pytest.raises(DocumentError) as caught:
        load_optional("no_such_package_here", extra="docx", path="a.docx")
    assert caught.value.message.endswith("pip install 'moe-core[docx]'")
