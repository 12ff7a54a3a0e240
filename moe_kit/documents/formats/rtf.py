"""Rich text: paragraphs, headings and tables in their order, as if all changes were accepted."""

import re
from pathlib import Path

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.losses import TRACKED_CHANGES
from moe_kit.documents.margins import add_margins
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.richtext.rich_text_reader import RichBlock, RichTextReader
from moe_kit.documents.tables import Cell, write_table

_ITEM = re.compile("[•·▪◦\uf000-\uf0ff]\\s*")  # bullets, those of the font Symbol too
_HEADING_CHARACTERS_MAX = 250  # what is longer is a paragraph, whatever its style says


def load_rtf(path: Path, document_id: str) -> Loaded:
    """Read an .rtf file as one document; its title is the paragraph styled so, or the first heading.

    Raises:
        DocumentError: It is no rich text.
    """
    data = read_bytes(path, document_id)
    if not data.lstrip().startswith(b"{\\rtf"):
        raise DocumentError(f"{document_id} is no rich text, whatever its name says", path=document_id)
    builder = TextBuilder()
    title = ""
    rows: list[RichBlock] = []
    margins: list[str] = []
    for block in RichTextReader(data).read():
        if block.is_margin:
            margins.append(collapse(" ".join(block.cells)))
        elif block.is_row:
            rows.append(block)
        else:
            _add_rows(rows, builder)
            title = title or (collapse(block.cells[0]) if block.is_title else "")
            _add_paragraph(block, builder)
    _add_rows(rows, builder)
    add_margins(margins, builder)
    notes = []
    if re.search(rb"\\(?:deleted|revised)(?![a-z0])", data):
        notes.append(TRACKED_CHANGES)
    if b"\\annotation" in data:
        notes.append("comments are left out")
    document = builder.build_document(document_id, media_type="application/rtf", title=title, takes_heading=True)
    return Loaded(documents=(document,), notes=tuple(notes))


def _add_paragraph(block: RichBlock, builder: TextBuilder) -> None:
    text = block.cells[0]
    if (block.level or block.is_title) and len(text) <= _HEADING_CHARACTERS_MAX:
        builder.add_heading(text, block.level + 1 if block.level else 1)
        return
    is_item = _ITEM.match(text) is not None
    builder.add(_ITEM.sub("- ", text, count=1) if is_item else text, tight=is_item and builder.ends_in_item)


def _add_rows(rows: list[RichBlock], builder: TextBuilder) -> None:
    cells = [[Cell(text=cell) for cell in row.cells] for row in rows]
    for number, line in enumerate(write_table(cells)):
        builder.add(line, tight=number > 0)
    rows.clear()
