"""OpenDocument files made for tests."""

import io
from zipfile import ZipFile

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("presentation", "presentation"),
        ("meta", "meta"),
    )
)


def make_opendocument(kind: str, body: str, *, styles: str = "", page_styles: str = "", title: str = "") -> bytes:
    """A file whose body of that kind ("text", "spreadsheet", "presentation") holds this."""
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    meta = f'<office:document-meta {_SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", f"<office:document-styles {_SPACES}>{page_styles}</office:document-styles>")
        archive.writestr("meta.xml", f"{meta}</office:document-meta>")
    return buffer.getvalue()


def make_table(*rows: str, name: str = "Sheet", style: str = "") -> str:
    """A table with these rows."""
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def make_row(*cells: str, more: str = "") -> str:
    """A row; cells that begin with "<" stand as they are."""
    inside = "".join(cell if cell.startswith("<") else make_cell(cell) for cell in cells)
    return f"<table:table-row {more}>{inside}</table:table-row>"


def make_cell(text: str, more: str = "") -> str:
    """A cell with one paragraph."""
    paragraph = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell {more}>{paragraph}</table:table-cell>"
