"""PDF: the text of its pages, each page a section, with table rows kept as rows."""

import logging
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.outline import TextBuilder, clean_characters, collapse

_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_HYPHEN = re.compile(r"([^\W\d_]{1,40})-\n([a-zß-öø-ÿ][^\W\d_]{0,40})")
_HEADING_WIDTH = 60


def load_pdf(path: Path, document_id: str) -> Loaded:
    """Read a PDF as one document.

    Raises:
        DocumentError: It needs a password, is damaged, or holds no text.
    """
    content = read_bytes(path, document_id)
    if not content[:1024].lstrip().startswith(b"%PDF"):
        raise DocumentError(f"{document_id} is not a PDF, whatever its name says", path=document_id)
    with _quiet():
        reader = _open(content, document_id)
        pages, notes = _read_pages(reader)
        named = collapse(str((reader.metadata and reader.metadata.title) or ""))
    builder = TextBuilder()
    for number, page in enumerate(pages, start=1):
        if page:
            builder.begin_section(f"page {number}", 1)
            builder.add(page)
    text, sections = builder.build()
    if not text:
        raise DocumentError(
            f"{document_id} holds no text; its pages may be scanned images",
            path=document_id,
            hint="run OCR over it first (ocrmypdf)",
        )
    document = Document(
        document_id=document_id,
        title=clean_characters(named) if _is_on_page(named, text[:2000]) else "",
        text=text,
        source=document_id,
        media_type="application/pdf",
        sections=sections,
    )
    return Loaded(documents=(document,), notes=tuple(notes))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf's remarks on odd files off the terminal."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _open(content: bytes, document_id: str) -> PdfReader:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        try:
            is_open = bool(reader.decrypt(""))
        except (DependencyError, NotImplementedError):
            is_open = False
        if not is_open:
            raise DocumentError(
                f"{document_id} is encrypted", path=document_id, hint="save a copy without the password"
            )
    return reader


def _read_pages(reader: PdfReader) -> tuple[list[str], list[str]]:
    pages, notes = [], []
    for number, page in enumerate(reader.pages, start=1):
        try:
            pages.append(_read_page(page))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - one damaged page must not cost the others; pypdf raises nearly anything
            pages.append([])
            notes.append(f"page {number} could not be read ({collapse(str(error))[:80] or type(error).__name__})")
    if notes and not any(pages):
        raise ValueError(notes[0])
    _drop_running_lines(pages)
    known = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", "\n".join(line for page in pages for line in page).lower()))
    return [_join_hyphens("\n".join(page).strip(), known) for page in pages], notes


def _read_page(page: PageObject) -> list[str]:
    """A page's lines: as laid out when it holds tables, in the order of writing when it is set in columns."""
    plain = page.extract_text() or ""
    try:
        laid_out = page.extract_text(extraction_mode="layout") or ""
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError, NotImplementedError):
        return _mark_headings(plain.split("\n"))
    lines = laid_out.split("\n")
    is_complete = len("".join(laid_out.split())) >= 0.95 * len("".join(plain.split()))
    if is_complete and not _is_set_in_columns(lines):
        return _mark_headings(_join_cells(lines))
    return _mark_headings(plain.split("\n"))


def _is_set_in_columns(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    beside = [line for line in filled if any(len(cell) > 30 for cell in _GAP.split(line.strip())[1:])]
    return len(beside) > 0.3 * len(filled)


def _join_cells(lines: list[str]) -> list[str]:
    """Turn text in columns into "a | b" rows, the second line of a cell joined to its first."""
    joined: list[str] = []
    places: list[int] = []  # where the cells of the row above begin
    for line in lines:
        cells = [collapse(cell) for cell in _GAP.split(line.strip())]
        begins = [len(line) - len(line.lstrip())] + [match.end() for match in _GAP.finditer(line)]
        under = [next((n for n, place in enumerate(places) if abs(place - begin) <= 2), -1) for begin in begins]
        goes_on = all(cell[:1].islower() or cell[:1] == "(" for cell in cells)
        if places and cells[0] and goes_on and -1 not in under and len(max(cells, key=len)) <= 40:
            row = joined[-1].split(" | ")
            for cell, column in zip(cells, under, strict=True):
                row[column] += " " + cell
            joined[-1] = " | ".join(row)
            continue
        joined.append(" | ".join(cells))
        places = begins if len(cells) > 1 else []
    return joined


def _mark_headings(lines: list[str]) -> list[str]:
    """Set a short line apart that stands after a gap and before a paragraph."""
    lines = [line.strip() for line in lines]
    width = max(map(len, lines), default=0)
    marked: list[str] = []
    for number, line in enumerate(lines):
        marked.append(line)
        after = lines[number + 1] if number + 1 < len(lines) else ""
        is_short = 0 < len(line) <= min(_HEADING_WIDTH, 0.75 * width) and line[-1] not in ".,;:!?" and " | " not in line
        is_apart = number == 0 or not lines[number - 1] or lines[number - 1][-1] in ".!?"
        if is_short and is_apart and len(after) > len(line) and (after[0].isupper() or after[0].isdigit()):
            marked.append("")
    return _squeeze(marked)


def _squeeze(lines: list[str]) -> list[str]:
    return [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]


def _drop_running_lines(pages: list[list[str]]) -> None:
    """Take the first or last line off every page when most pages share it, numbers aside."""
    for at_end in (False, True):
        shapes: Counter[str] = Counter()
        for page in pages:
            filled = [line for line in page if line]
            if len(filled) > 2:
                shapes[_get_shape(filled[-1 if at_end else 0])] += 1
        shape, count = shapes.most_common(1)[0] if shapes else ("", 0)
        if count < 2 or count < 0.6 * len(pages) or not shape:
            continue
        for page in pages:
            places = [number for number, line in enumerate(page) if line]
            place = places[-1 if at_end else 0] if len(places) > 2 else -1
            if place >= 0 and _get_shape(page[place]) == shape:
                del page[place]


def _get_shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _join_hyphens(text: str, known: Counter[str]) -> str:
    def join(match: re.Match[str]) -> str:
        first, second = match.groups()
        with_hyphen, without = f"{first}-{second}", f"{first}{second}"
        return with_hyphen if known[with_hyphen.lower()] > known[without.lower()] else without

    return _HYPHEN.sub(join, text)


def _is_on_page(title: str, page: str) -> bool:
    """Whether the metadata's title is the author's: many are the name of a template or file."""
    letters = [word for word in re.findall(r"\w+", title.lower()) if len(word) > 1]
    shown = set(re.findall(r"\w+", page.lower()))
    return bool(letters) and all(word in shown for word in letters)
