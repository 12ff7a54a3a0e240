import io
from zipfile import ZipFile

import docx
import pytest

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.optional import load_optional


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


def make_table(rows: str) -> bytes:
    """A document whose table has these rows, in Word's own XML."""
    source, target = ZipFile(io.BytesIO(make_docx())), io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                start, end = content.index(b"<w:body>") + 8, content.index(b"</w:body>")
                content = (
                    content[:start] + b"<w:tbl><w:tblPr/><w:tblGrid/>" + rows.encode() + b"</w:tbl>" + content[end:]
                )
            archive.writestr(name, content)
    return target.getvalue()


def make_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_a_cell_may_claim_to_span_any_number_of_columns(load_one) -> None:
    wide = make_cell("Wide", '<w:gridSpan w:val="100000000"/>') + make_cell("Next")
    assert load_one("a.docx", make_table(f"<w:tr>{wide}</w:tr>")).text == "Wide | Next"


def test_a_cell_that_spans_rows_stands_in_each_of_them(load_one) -> None:
    first = make_cell("Mill", '<w:vMerge w:val="restart"/>') + make_cell("1")
    more = "".join(f"<w:tr>{make_cell('', '<w:vMerge/>')}{make_cell(str(number))}</w:tr>" for number in range(2, 3_000))
    lines = load_one("a.docx", make_table(f"<w:tr>{first}</w:tr>{more}")).text.split("\n")
    assert lines == [f"Mill | {number}" for number in range(1, 3_000)]
