"""The lines of all pages as one text, with its headings and where its pages begin."""

import re
from collections.abc import Sequence

from moe_core.contracts.evidence import Page, Section
from moe_kit.documents.outline import Heading, clean_characters, collapse, nest_sections
from moe_kit.documents.pdf.columns import Line
from moe_kit.documents.pdf.headings import HeadingFinder
from moe_kit.documents.pdf.hyphens import join_hyphens

# Marks in the text while it is put together; no page holds such characters.
_PAGE, _HEADING, _END = "\f", "\x01", "\x02"
_MARK = re.compile("[\f\x01\x02]")
_SENTENCE_END = re.compile(r"[.!?:。！？][\"'”’»)\]]?$")
_PARAGRAPH_GAP = 1.45  # in steps of the document's lines


def assemble(
    pages: Sequence[Sequence[Line]], labels: Sequence[str]
) -> tuple[str, tuple[Section, ...], tuple[Page, ...]]:
    """Put pages together; sentences and words run over their breaks.

    Args:
        pages: The lines of each page, as they are read.
        labels: What each page is called.
    """
    finder = HeadingFinder(pages)
    levels: list[int] = []
    parts: list[str] = []
    before: Line | None = None
    marks = ""
    for page in pages:
        marks += _PAGE
        if page:
            is_new = before is None or _is_ended(before) or finder.is_heading(page[0], None)
            parts += ["" if before is None else "\n\n" if is_new else "\n", marks]
            parts += _write_page(page, finder, levels)
            before, marks = page[-1], ""
    return _take_marks(join_hyphens("".join([*parts, marks])), labels, levels)


def _is_ended(line: Line) -> bool:
    """Whether the next page does not go on with the line's sentence."""
    return line.is_cells or _SENTENCE_END.search(line.text) is not None


def _write_page(page: Sequence[Line], finder: HeadingFinder, levels: list[int]) -> list[str]:
    parts: list[str] = []
    before: Line | None = None
    was_heading = False
    for line in page:
        text = clean_characters(line.text)
        is_heading = finder.is_heading(line, before)
        gap = before.baseline - line.baseline if before is not None else 0.0
        is_next = was_heading and is_heading and before is not None and 0 < gap < 1.7 * line.size
        if is_next and before is not None and abs(before.size - line.size) < 1:
            parts.insert(-1, " " + text)
        elif is_heading:
            levels.append(finder.get_level(line))
            parts += ["\n\n" if parts else "", _HEADING, text, _END]
        else:
            is_row = line.is_cells and before is not None and before.is_cells
            is_new = was_heading or (gap > _PARAGRAPH_GAP * finder.step and not is_row)
            parts += ["" if before is None else "\n\n" if is_new else "\n", text]
        before, was_heading = line, is_heading
    return parts


def _take_marks(
    marked: str, labels: Sequence[str], levels: Sequence[int]
) -> tuple[str, tuple[Section, ...], tuple[Page, ...]]:
    """Take the marks out of the text and tell where they stood."""
    parts: list[str] = []
    length = 0
    pages: list[Page] = []
    headings: list[Heading] = []
    begin = 0
    for match in [*_MARK.finditer(marked), None]:
        part = marked[begin : match.start() if match else len(marked)]
        parts.append(part)
        length += len(part)
        if match is None:
            break
        begin = match.end()
        if match[0] == _PAGE:
            pages.append(Page(label=labels[len(pages)], start=length))
        elif match[0] == _HEADING:
            title = collapse(marked[begin : marked.index(_END, begin)].replace(_PAGE, ""))
            headings.append(Heading(title=title, level=levels[len(headings)], start=length))
    text = "".join(parts).rstrip()
    shown = tuple(page for page in pages if page.start < len(text))
    sections = nest_sections((heading for heading in headings if heading.start < len(text)), len(text))
    return text, sections, shown
