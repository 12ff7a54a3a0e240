"""Word documents: paragraphs, headings and tables in their order."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.archive import open_archive
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.optional import load_optional
from moe_kit.documents.outline import TextBuilder, collapse

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)


def load_docx(path: Path, document_id: str) -> Loaded:
    """Read a .docx file as one document; its title is the paragraph styled so, or the first heading.

    Raises:
        DocumentError: It is damaged, or the extra `docx` is not installed.
    """
    with open_archive(path, document_id):
        pass  # damaged archives and zip bombs end here, with a clear message
    content = BytesIO(read_bytes(path, document_id))
    package = load_optional("docx", extra="docx", path=document_id)
    load_optional("docx.table", extra="docx", path=document_id)
    builder = TextBuilder()
    title = ""
    previous = ""
    for block in package.Document(content).iter_inner_content():
        if hasattr(block, "rows"):
            _add_table(block, builder, package.table._Cell)
            previous = ""
            continue
        style = str(block.style.name) if block.style is not None else ""
        heading = _HEADING.match(style)
        if style == "Title" and not title:
            title = collapse(block.text)
        if heading or style == "Title":
            builder.add_heading(block.text, int(heading.group(1)) + 1 if heading else 1)
        elif style.startswith("List"):
            builder.add(f"- {block.text}" if block.text.strip() else "", tight=previous.startswith("List"))
        else:
            builder.add(block.text)
        previous = style
    text, sections = builder.build()
    document = Document(
        document_id=document_id,
        title=title or (sections[0].title if sections else ""),
        text=text,
        source=document_id,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        sections=sections,
    )
    return Loaded(documents=(document,))


def _add_table(table: Any, builder: TextBuilder, make_cell: Callable[[Any, Any], Any]) -> None:
    """Each row as a line; a cell that spans columns comes once, one that spans rows in each of them.

    `row.cells` would repeat a cell for all columns that it says it spans, and climb to the first row for each.
    """
    is_first = True
    above: dict[int, str] = {}  # by the column that it begins in, the text of the last cell there
    for row in table.rows:
        texts: dict[int, str] = {}
        column = row.grid_cols_before
        for cell in row._tr.tc_lst:
            goes_on = cell.vMerge == "continue"
            texts[column] = above.get(column, "") if goes_on else collapse(make_cell(cell, table).text)
            column += cell.grid_span
        above |= texts
        if any(texts.values()):
            builder.add(" | ".join(texts.values()), tight=not is_first)
            is_first = False
