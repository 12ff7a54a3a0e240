"""Presentations of PowerPoint: each slide a section under its title, with its tables, notes and charts' numbers."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from moe_core.contracts.loader import Loaded
from moe_kit.documents.archive import open_archive
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.optional import load_optional
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.sheets.shown_values import show_value
from moe_kit.documents.tables import Cell, write_table

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_DEPTH_MAX = 50  # groups of groups
_POINTS_MAX = 1_000
_HIDDEN = "hidden slides are read too"
_PICTURES = "slides that hold pictures only, which OCR may read, are left out"
_DIAGRAMS = "diagrams and embedded files are left out on slides"
_FOOTERS = frozenset(("SLIDE_NUMBER", "DATE", "FOOTER", "HEADER"))


def load_pptx(path: Path, document_id: str) -> Loaded:
    """Read a presentation as one document whose pages are its slides.

    Raises:
        DocumentError: It is damaged, protected, or the extra `office` is not installed.
    """
    pptx = load_optional("pptx", extra="office", path=document_id)
    with open_archive(path, document_id):
        pass  # damaged archives and zip bombs end here, with a clear message
    show = pptx.Presentation(BytesIO(read_bytes(path, document_id)))
    builder = TextBuilder()
    starts: list[int] = []
    losses: dict[str, list[str]] = {_HIDDEN: [], _PICTURES: [], _DIAGRAMS: []}
    for number, slide in enumerate(show.slides, start=1):
        before = len(builder)
        _add_slide(slide, number, builder)
        starts.append(builder.headings[-1].start)
        tags = [shape._element.tag.rpartition("}")[2] for shape in _iterate_shapes(slide.shapes, 0)]
        if slide._element.get("show") in ("0", "false"):
            losses[_HIDDEN].append(str(number))
        if len(builder) == before and "pic" in tags:
            losses[_PICTURES].append(str(number))
        if any(_is_diagram(shape) for shape in _iterate_shapes(slide.shapes, 0)):
            losses[_DIAGRAMS].append(str(number))
    named = collapse(str(show.core_properties.title or ""))
    document = builder.build_document(
        document_id,
        media_type=_MEDIA_TYPE,
        title=named if named.lower() != "powerpoint presentation" else "",
        page_starts=starts,
    )
    return Loaded(
        documents=(document,), notes=tuple(f"{what}: {', '.join(slides)}" for what, slides in losses.items() if slides)
    )


def _add_slide(slide: Any, number: int, builder: TextBuilder) -> None:
    title = slide.shapes.title
    named = collapse(title.text_frame.text) if title is not None and title.has_text_frame else ""
    if named:
        builder.add_heading(named, 1)
    else:
        builder.begin_section(f"slide {number}", 1)
    for shape in _iterate_shapes(slide.shapes, 0):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(shape, builder)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text.strip()
        if notes:
            builder.add(f"Notes: {notes}".replace("\v", "\n"))


def _iterate_shapes(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """All shapes from top to bottom, those of groups too."""
    placed = sorted(shapes, key=lambda shape: ((shape.top or 0) // 100_000, shape.left or 0))
    for shape in placed:
        if hasattr(shape, "shapes") and depth < _DEPTH_MAX:
            yield from _iterate_shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _add_shape(shape: Any, builder: TextBuilder) -> None:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    if kind is not None and kind.name in _FOOTERS:
        return
    if getattr(shape, "has_table", False):
        _add_table(shape.table, builder)
    elif getattr(shape, "has_chart", False):
        for number, line in enumerate(_read_chart(shape.chart)):
            builder.add(line, tight=number > 0)
    elif shape.has_text_frame:
        for number, line in enumerate(_read_paragraphs(shape.text_frame)):
            builder.add(line, tight=number > 0)


def _read_paragraphs(frame: Any) -> Iterator[str]:
    """Paragraphs as lines; where there are several, they are the points of a list."""
    lines = [collapse(paragraph.text) for paragraph in frame.paragraphs]
    lines = [line for line in lines if line]
    yield from (f"- {line}" for line in lines) if len(lines) > 1 else lines


def _add_table(table: Any, builder: TextBuilder) -> None:
    rows = [
        [
            Cell(text=cell.text_frame.text, columns=cell.span_width, rows=cell.span_height)
            for cell in row.cells
            if not cell.is_spanned
        ]
        for row in table.rows
    ]
    for number, line in enumerate(write_table(rows, header_rows=1 if table.first_row and len(rows) > 1 else None)):
        builder.add(line, tight=number > 0)


def _read_chart(chart: Any) -> Iterator[str]:
    """A chart's title, and its numbers as a table's rows."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield collapse(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        names = [collapse(str(name)) for name in islice(plot.categories, _POINTS_MAX)]
        rows = [[Cell(text=""), *(Cell(text=str(series.name)) for series in plot.series)]]
        columns = [list(islice(series.values, _POINTS_MAX)) for series in plot.series]
        for place, name in enumerate(names):
            values = [column[place] if place < len(column) else None for column in columns]
            rows.append([Cell(text=name), *(Cell(text=show_value(value)) for value in values)])
        yield from write_table(rows, header_rows=1)


def _is_diagram(shape: Any) -> bool:
    """A frame whose words stand in a file of its own, which is not read."""
    is_frame = shape._element.tag.endswith("}graphicFrame")
    return is_frame and not (getattr(shape, "has_table", False) or getattr(shape, "has_chart", False))
