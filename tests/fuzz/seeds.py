"""Sound files of every format that documents come in, small, for spoiling."""

import io
import re
from collections.abc import Callable

import openpyxl
from pptx import Presentation
from pptx.util import Inches

from mutations import pack, unpack
from opendocument_file import make_cell, make_opendocument, make_row, make_table
from pdf_file import make_pdf

ROWS = (("Item", "Pounds", "Due"), ("Tidal mill", "412,000", "2024-03-14"), ("Wheel of elm", "8,000.5", ""))
LETTER = (
    'From: "Ada Brook" <ada@mill.example>\nTo: =?utf-8?q?B=C3=B6rn?= <b@ferry.example>\nSubject: The mill\n'
    "Date: Thu, 14 Mar 2024 09:12:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=cut\n\n"
    "--cut\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    "The mill cost =C2=A3412,000 in 1871.\n\n> Who restored it?\n"
    "--cut\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+VGhlIG1pbGw8L3A+\n--cut--\n"
)
PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>The mill</title></head><body><nav>Home</nav><main>"
    "<h1>The mill</h1><p>Ada Brook restored it in <b>1871</b>.<table><tr><th>Item<th colspan=2>Pounds<tr><td rowspan=2>"
    "Wheel<td>8,000<td>oak<tr><td>9<td>elm</table><ul><li>oak<ol start=3><li>elm</ol></ul><pre>a  b</pre></main></body>"
)
_TIME = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RICH = (
    r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}{\stylesheet{\s1 heading 1;}}"
    r"\pard\s1 The mill\par\pard Ada Brook, caf\'e9 {\f1 \'cf\'f0}\u8364? 1871.\par"
    r"\trowd\pard\intbl Item\cell Pounds\cell\row\trowd\pard\intbl Wheel\cell 8,000\cell\row{\*\pict 0102}}"
)


def _make_text() -> bytes:
    body = '<text:h text:outline-level="1">The mill</text:h><text:p>Ada Brook<text:s text:c="3"/>1871</text:p>'
    items = "<text:list-item><text:p>oak</text:p></text:list-item>" * 2
    return make_opendocument("text", f"{body}<text:list>{items}</text:list>{_make_rows()}", title="The mill")


def _make_rows() -> str:
    spanned = make_row(make_cell("x", 'table:number-columns-spanned="2"'), more='table:number-rows-repeated="2"')
    return make_table(*(make_row(*row) for row in ROWS), spanned)


def _make_slides() -> bytes:
    frame = (
        '<draw:frame presentation:class="title"><draw:text-box><text:p>The mill</text:p></draw:text-box></draw:frame>'
    )
    return make_opendocument("presentation", f"<draw:page>{frame}<draw:frame>{_make_rows()}</draw:frame></draw:page>")


def _make_workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.append([1.5, True, "=SUM(A1:A3)"])
    book.active.merge_cells("A4:B4")
    book.active["A4"].number_format = '#,##0.00 "€"'
    book.create_sheet("Staff").append(["Ann", 4471])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _make_show() -> bytes:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "The mill"
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(4), Inches(2)).table
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    slide.notes_slide.notes_text_frame.text = "It cost 412,000."
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def _seal(data: bytes) -> bytes:
    """An archive without the times at which it was made."""
    return pack({name: _TIME.sub(b"2024-03-14T09:12:00Z", content) for name, content in unpack(data).items()})


# By ending; the example's folder holds those of the other formats.
SEEDS: dict[str, Callable[[], bytes]] = {
    ".eml": LETTER.encode,
    ".mbox": lambda: f"From ada Thu Mar 14 09:12:00 2024\n{LETTER}\n".encode() * 2,
    ".html": PAGE.encode,
    ".rtf": RICH.encode,
    ".odt": lambda: _seal(_make_text()),
    ".ods": lambda: _seal(make_opendocument("spreadsheet", _make_rows())),
    ".odp": lambda: _seal(_make_slides()),
    ".xlsx": lambda: _seal(_make_workbook()),
    ".pptx": lambda: _seal(_make_show()),
    ".pdf": lambda: make_pdf([[(72, 700, "The mill"), (72, 680, "Ada Brook restored it.")], [(72, 700, "1871")]], "T"),
}
