"""The bundled loaders, each held to the contract with a sample of its format."""

import io
from zipfile import ZipFile

import docx
import openpyxl
import pptx
import pytest

from bundled_reading import FORMATS
from moe_core.testing import check_loader
from opendocument_file import make_opendocument, make_row, make_table
from pdf_file import make_pdf

BOX = "<draw:frame><draw:text-box><text:p>Built in 1804.</text:p></draw:text-box></draw:frame>"
MESSAGE = b"From: ann@example.org\nSubject: The mill\n\nIt was built in 1804.\n"


def make_docx() -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    document.add_heading("The mill", 1)
    document.add_paragraph("The mill was built in 1804.")
    document.save(buffer)
    return buffer.getvalue()


def make_workbook() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["name", "built"])
    book.active.append(["mill", 1804])
    book.save(buffer)
    return buffer.getvalue()


def make_show() -> bytes:
    show, buffer = pptx.Presentation(), io.BytesIO()
    show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "The mill"
    show.save(buffer)
    return buffer.getvalue()


def make_epub() -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "b.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
            'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr("a.xhtml", "<html><body><h1>The mill</h1><p>It was built in 1804.</p></body></html>")
    return buffer.getvalue()


SAMPLES = {
    "text": {"a.txt": b"The mill was built in 1804.\n", "b.log": "Märkte am Fluss".encode("cp1252")},
    "markdown": {"a.md": b"# The mill\n\nIt was built in 1804.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"},
    "html": {"a.html": b"<h1>The mill</h1><p>It was built in 1804.</p>"},
    "docx": {"a.docx": make_docx()},
    "csv": {"a.csv": b"name,built\nmill,1804\n", "b.tsv": b"name\tbuilt\nmill\t1804\n"},
    "json": {"a.json": b'[{"name": "mill", "built": 1804}]'},
    "jsonl": {"a.jsonl": b'{"id": "a", "text": "The mill."}\n{"id": "b", "text": "The weir."}\n'},
    "xlsx": {"a.xlsx": make_workbook()},
    "xls": {"a.xls": make_workbook()},  # whatever its name says, what is in it counts
    "pptx": {"a.pptx": make_show()},
    "odt": {"a.odt": make_opendocument("text", "<text:p>The mill was built in 1804.</text:p>")},
    "ods": {"a.ods": make_opendocument("spreadsheet", make_table(make_row("mill", "1804")))},
    "odp": {"a.odp": make_opendocument("presentation", f"<draw:page>{BOX}</draw:page>")},
    "rtf": {"a.rtf": b"{\\rtf1 The mill was built in 1804.\\par}"},
    "eml": {"a.eml": MESSAGE},
    "mbox": {"a.mbox": b"From ann\n" + MESSAGE + b"\nFrom bob\n" + MESSAGE},
    "epub": {"a.epub": make_epub()},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_bundled_loader_holds_to_its_contract(name: str) -> None:
    (loader,) = [entry.value for entry in FORMATS.loaders if entry.name == name]
    check_loader(loader, SAMPLES[name])


def test_a_pdf_too() -> None:
    (loader,) = [entry.value for entry in FORMATS.loaders if entry.name == "pdf"]
    check_loader(loader, {"a.pdf": make_pdf([[(50, 700, "The mill was built in 1804.")]])})


def test_every_bundled_loader_has_a_sample() -> None:
    assert {entry.name for entry in FORMATS.loaders} == {*SAMPLES, "pdf"}
