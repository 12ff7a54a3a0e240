"""PDF: one text over all pages in reading order, with headings, rows of tables and page numbers."""

import re
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.contents import find_contents
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.outline import clean_characters, collapse
from moe_kit.documents.pdf.assembly import assemble
from moe_kit.documents.pdf.columns import Line, read_lines
from moe_kit.documents.pdf.faults import NO_TEXT, describe_faults, find_fault
from moe_kit.documents.pdf.glyphs import read_glyphs
from moe_kit.documents.pdf.rows import Row, build_rows
from moe_kit.documents.pdf.running_heads import drop_running_heads, row_text

_CHARACTERS_MAX = 6_000_000  # somewhat more than a document may have: reading on would be for nothing
_STAMP_CHARACTERS = 40  # beside a scan: a date, a file's number
_UNREADABLE = "could not be read (damaged)"


def load_pdf(path: Path, document_id: str) -> Loaded:
    """Read a PDF as one document.

    Raises:
        DocumentError: It needs a password, is damaged, or holds no text.
    """
    content = read_bytes(path, document_id)
    if b"%PDF" not in content[:1024]:
        raise DocumentError(f"{document_id} is not a PDF, whatever its name says", path=document_id)
    reader = _open(content, document_id)
    try:
        labels, pages, faults = _read_pages(reader)
        title = collapse(reader.get_metadata_value("Title"))
    finally:
        reader.close()
    notes = describe_faults(list(zip(labels, faults, strict=True)))
    drop_running_heads(pages)
    lines = _drop_contents([read_lines(rows) for rows in pages])
    text, sections, places = assemble(lines, labels)
    if not text:
        raise _make_empty_error(document_id, faults)
    document = Document(
        document_id=document_id,
        title=clean_characters(title) if _is_on_page(title, text[:2000]) else "",
        text=text,
        source=document_id,
        media_type="application/pdf",
        sections=sections,
        pages=places,
    )
    return Loaded(documents=(document,), notes=tuple(notes))


def _drop_contents(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The lines of all pages but those of the document's list of contents."""
    listed = find_contents([line.text for page in pages for line in page])
    kept: list[list[Line]] = []
    place = 0
    for page in pages:
        kept.append([line for at, line in enumerate(page, start=place) if at not in listed])
        place += len(page)
    return kept


def _open(content: bytes, document_id: str) -> pdfium.PdfDocument:
    """Open a file; one that only forbids printing or copying opens without a password."""
    try:
        reader = pdfium.PdfDocument(content)
        if len(reader):
            return reader
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) or "assword" in str(error):
            raise DocumentError(
                f"{document_id} is encrypted and needs a password",
                path=document_id,
                hint="save a copy without it: qpdf --decrypt --password=… in.pdf out.pdf",
            ) from error
        raise DocumentError(
            f"{document_id} is damaged: it cannot be read as PDF",
            path=document_id,
            hint="repair a copy: qpdf in.pdf out.pdf",
        ) from error
    raise DocumentError(
        f"{document_id} is damaged: it has no page that can be read",
        path=document_id,
        hint="repair a copy: qpdf in.pdf out.pdf",
    )


def _make_empty_error(document_id: str, faults: list[str]) -> DocumentError:
    if faults and all(fault == _UNREADABLE for fault in faults):
        return DocumentError(
            f"{document_id} is damaged: none of its pages can be read",
            path=document_id,
            hint="repair a copy: qpdf in.pdf out.pdf",
        )
    return DocumentError(
        f"{document_id} holds no text; its pages may be scanned images",
        path=document_id,
        hint="run OCR over it first: ocrmypdf in.pdf out.pdf",
    )


def _read_pages(reader: pdfium.PdfDocument) -> tuple[list[str], list[list[Row]], list[str]]:
    """Each page's label, rows and fault; a damaged page costs only itself."""
    labels: list[str] = []
    pages: list[list[Row]] = []
    faults: list[str] = []
    size = 0
    for number in range(len(reader)):
        labels.append(collapse(reader.get_page_label(number)) or str(number + 1))
        try:
            rows, fault = _read_page(reader, number)
        except (pdfium.PdfiumError, ValueError, OverflowError):
            rows, fault = [], _UNREADABLE
        pages.append(rows)
        faults.append(fault)
        size += sum(len(row_text(row)) for row in rows)
        if size > _CHARACTERS_MAX:
            break
    return labels, pages, faults


def _read_page(reader: pdfium.PdfDocument, number: int) -> tuple[list[Row], str]:
    page = reader[number]
    try:
        textpage = page.get_textpage()
        try:
            glyphs, unmapped = read_glyphs(textpage.raw)
        finally:
            textpage.close()
        if len(glyphs) < _STAMP_CHARACTERS and _has_picture(page, has_text=bool(glyphs)):
            return build_rows(glyphs), NO_TEXT
    finally:
        page.close()
    rows = build_rows(glyphs)
    return rows, find_fault("\n".join(map(row_text, rows)), unmapped)


def _has_picture(page: pdfium.PdfPage, *, has_text: bool) -> bool:
    """Whether something is drawn that may show text: beside a stamp, only a picture over most of the page."""
    room = page.get_width() * page.get_height()
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = found.get_bounds()
        if not has_text or (right - left) * (top - bottom) > 0.5 * room:
            return True
    return not has_text and next(iter(page.get_objects(max_depth=1)), None) is not None


def _is_on_page(title: str, page: str) -> bool:
    """Whether the metadata's title is the author's: many are the name of a template or file."""
    letters = [word for word in re.findall(r"\w+", title.lower()) if len(word) > 1]
    shown = set(re.findall(r"\w+", page.lower()))
    return bool(letters) and all(word in shown for word in letters)
