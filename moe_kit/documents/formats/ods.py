"""OpenDocument sheets: each a section, each row with the names of its columns, values as they are shown."""

from pathlib import Path

from moe_core.contracts.loader import Loaded
from moe_kit.documents.losses import CELL_REMARKS, describe_cut_sheet, describe_hidden_sheet
from moe_kit.documents.opendocument.parts import CONTENT, open_opendocument, read_title
from moe_kit.documents.opendocument.sheet_rows import OpenSheetReader
from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.sheets.merged_cells import fill_merged
from moe_kit.documents.sheets.sheet_text import write_sheet


def load_ods(path: Path, document_id: str) -> Loaded:
    """Read an .ods file as one document.

    Raises:
        DocumentError: It is damaged, has a password, or is no OpenDocument file.
    """
    builder = TextBuilder()
    notes: list[str] = []
    remarks = 0
    with open_opendocument(path, document_id) as archive, archive.open(CONTENT) as content:
        reader = OpenSheetReader(content)
        for sheet, rows in reader.read():
            if sheet.style in reader.hidden_styles:
                notes.append(describe_hidden_sheet(sheet.name))
                continue
            builder.begin_section(sheet.name, 1)
            if not write_sheet(fill_merged(rows, sheet.merges), builder):
                notes.append(describe_cut_sheet(sheet.name))
            remarks += sheet.remarks
        title = read_title(archive, document_id)
    if remarks:
        notes.append(CELL_REMARKS)
    document = builder.build_document(
        document_id, media_type="application/vnd.oasis.opendocument.spreadsheet", title=title
    )
    return Loaded(documents=(document,), notes=tuple(notes))
