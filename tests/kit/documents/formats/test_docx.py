import io
from zipfile import ZipFile

import docx
import pytest

from moe_core.contracts.errors import DocumentError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_styled() -> bytes:
    document = docx.Document()
    document.add_heading("The wheel", 0)
    document.add_paragraph("Intro.")
    document.add_heading("Wood", 1)
    document.add_paragraph("Oak", style="List Bullet")
    document.add_paragraph("Elm", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Part", "Wood", "From"), strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(1, 1)).text = "Floats"
    table.cell(1, 2).text = "Haldry\nHouse"
    document.add_heading("Care", 2)
    document.add_paragraph("Grease it.")
    document.sections[0].header.paragraphs[0].text = "Mill Trust"
    document.sections[0].footer.paragraphs[0].text = "Mill Trust"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_raw(body: str, **parts: str) -> bytes:
    """A Word file with this body, and these parts beside it."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        start = f'<Relationships xmlns="{KIND.replace("officeDocument", "package")}">'
        archive.writestr(
            "_rels/.rels",
            f'{start}<Relationship Id="a" Type="{KIND}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document {W} {MORE}><w:body>{body}</w:body></w:document>")
        links = ""
        for name, content in parts.items():
            kind = name.rstrip("0123456789")
            links += f'<Relationship Id="{name}" Type="{KIND}/{kind}" Target="{name}.xml"/>'
            archive.writestr(f"word/{name}.xml", content)
        archive.writestr("word/_rels/document.xml.rels", f"{start}{links}</Relationships>")
    return buffer.getvalue()


def para(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    inside = "".join(cell if cell.startswith("<w:tc>") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


def tc(text: str, properties: str = "", bold: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text, bold)}</w:p></w:tc>"


def test_paragraphs_headings_lists_tables_and_margins_keep_their_order(load_one) -> None:
    document = load_one("a.docx", make_styled())
    assert document.title == "The wheel"
    assert document.text == (
        "The wheel\n\nIntro.\n\nWood\n\n- Oak\n- Elm\n\nPart: Floats; From: Haldry House\n\nCare\n\nGrease it.\n\n"
        "Mill Trust"
    )
    assert [(s.title, s.level) for s in document.sections] == [
        ("The wheel", 1),
        ("Wood", 2),
        ("Care", 3),
        ("header or footer", 1),
    ]


@pytest.mark.parametrize("data", [b"no archive", make_styled()[:2000], b""])
def test_a_damaged_file_is_a_document_error(load, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.docx"):
        load("a.docx", data)


def test_another_programs_file_is_told_apart(load) -> None:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(DocumentError, match="is no Word file"):
        load("a.docx", buffer.getvalue())


def test_tracked_changes_are_read_as_accepted_and_that_is_said(load) -> None:
    body = (
        f"<w:p>{run('The rent is ')}<w:del>{run('£900').replace('w:t', 'w:delText')}</w:del>"
        f"<w:ins>{run('£1,050')}</w:ins>{run('.')}</w:p>"
        f"<w:p><w:moveFrom>{run('Gone.')}</w:moveFrom><w:moveTo>{run('Come.')}</w:moveTo></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('One')}</w:p>{para('line.')}"
        + table(row("Name", "Sum", "Due"), row("a", "1", "May"), row("b", "2", "June", properties="<w:del/>"))
    )
    loaded = load("a.docx", make_raw(body))
    assert loaded.documents[0].text == "The rent is £1,050.\n\nCome.\n\nOne line.\n\nName: a; Sum: 1; Due: May"
    assert loaded.notes == ("tracked changes are read as accepted: what was deleted is left out",)


def test_what_stands_in_controls_links_and_boxes_is_read_and_once(load_one) -> None:
    box = f"<w:txbxContent>{para('In the box.')}</w:txbxContent>"
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{para('In a control.')}</w:sdtContent></w:sdt>"
        f"<w:p><w:hyperlink>{run('A link')}</w:hyperlink><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
        f"<w:sdtContent>{run('Click here')}</w:sdtContent></w:sdt>{run(' hidden', '<w:vanish/>')}{run(' ends.')}</w:p>"
        f"<w:p>{run('Beside')}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert load_one("a.docx", make_raw(body)).text == "In a control.\n\nA link ends.\n\nBeside\n\nIn the box."


def test_notes_stand_below_their_paragraph_and_comments_are_said_to_be_left_out(load) -> None:
    body = (
        f'<w:p>{run("Rate")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(" is fixed.")}</w:p>'
        f'<w:p>{run("End")}<w:r><w:endnoteReference w:id="2"/></w:r></w:p>'
    )
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{para("For 2 years.")}</w:footnote></w:footnotes>'
    ends = f'<w:endnotes {W}><w:endnote w:id="2">{para("See law.")}</w:endnote></w:endnotes>'
    remarks = f'<w:comments {W}><w:comment w:id="1">{para("Why?")}</w:comment></w:comments>'
    loaded = load("a.docx", make_raw(body, footnotes=notes, endnotes=ends, comments=remarks))
    assert loaded.documents[0].text == "Rate is fixed.\n\nNote 1: For 2 years.\n\nEnd\n\nNote 2: See law."
    assert loaded.notes == ("a comment is left out",)


def test_numbers_of_headings_and_lists_are_counted(load_one) -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Article %1"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>'
    )
    other = '<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{other}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        "</w:numbering>"
    )

    def item(text: str, level: int, number: int = 1, more: str = "") -> str:
        return para(text, f'{more}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')

    body = "".join(
        (
            item("Rent", 0, more='<w:outlineLvl w:val="0"/>'),
            item("Due monthly.", 1),
            item("In advance.", 1),
            item("Term", 0),
            item("Two years.", 1),
            item("Oak", 0, 2),
            para("Plain.", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'),
        )
    )
    document = load_one("a.docx", make_raw(body, numbering=numbering))
    assert document.text == (
        "Article 1 Rent\n\n(a) Due monthly.\n(b) In advance.\nArticle 2 Term\n(a) Two years.\nIV. Oak\n\nPlain."
    )
    assert document.title == "Article 1 Rent"


def test_page_numbers_and_contents_are_left_out(load_one) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("7") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    footer = f"<w:ftr {W}><w:p>{run('Page ')}{field}</w:p>{para('Mill Trust')}</w:ftr>"
    styles = f'<w:styles {W}><w:style w:styleId="i" w:type="paragraph"><w:name w:val="toc 1"/></w:style></w:styles>'
    body = para("Wood 3", '<w:pStyle w:val="i"/>') + f"<w:p>{run('See page ')}{field.replace('PAGE', 'REF')}</w:p>"
    parts = {"footer1": footer, "footer2": footer, "styles": styles}
    assert load_one("a.docx", make_raw(body, **parts)).text == "See page 7\n\nMill Trust"


def test_bold_rows_and_repeated_rows_name_the_columns(load_one) -> None:
    bold = table(row(tc("Name", bold="<w:b/>"), tc("Role", bold="<w:b/>")), row("Ann", "chair"))
    pairs = table(row("Name", "Ann"), row("Role", "chair"))
    repeated = table(row("Name", "Role", properties="<w:tblHeader/>"), row("Bob", "clerk"))
    text = load_one("a.docx", make_raw(bold + para("x") + pairs + para("x") + repeated)).text
    assert text.split("\n\nx\n\n") == ["Name: Ann; Role: chair", "Name | Ann\nRole | chair", "Name: Bob; Role: clerk"]


def test_a_table_that_sets_text_side_by_side_is_read_as_paragraphs(load_one) -> None:
    body = table(row("Word " * 250, "Right.")) + table(row(f"<w:tc>{para('One.')}{para('Two.')}</w:tc>"))
    assert load_one("a.docx", make_raw(body)).text.endswith("Word\n\nRight.\n\nOne.\n\nTwo.")


def test_a_cell_may_claim_to_span_any_number_of_columns(load_one) -> None:
    body = table(row(tc("Wide", '<w:gridSpan w:val="100000000"/>'), "Next"))
    assert load_one("a.docx", make_raw(body)).text == "Wide | Next"


def test_a_cell_that_spans_rows_stands_in_each_of_them(load_one) -> None:
    first = row(tc("Mill", '<w:vMerge w:val="restart"/>'), "1")
    more = "".join(row(tc("", "<w:vMerge/>"), str(number)) for number in range(2, 3_000))
    lines = load_one("a.docx", make_raw(table(first, more))).text.split("\n")
    assert lines == [f"Mill | {number}" for number in range(1, 3_000)]


def test_pages_that_are_pictures_are_said_to_be_left_out(load) -> None:
    loaded = load("a.docx", make_raw(para("Scan"), image1="x", image2="y"))
    assert loaded.notes == ("2 pictures are left out; run OCR over them if they hold text",)


def test_entities_are_refused(load) -> None:
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(make_raw(""))) as source, ZipFile(buffer, "w") as target:
        for name in source.namelist():
            bomb = (
                b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>' if name.endswith("document.xml") else source.read(name)
            )
            target.writestr(name, bomb)
    with pytest.raises(DocumentError, match="no valid XML"):
        load("a.docx", buffer.getvalue())
