"""OpenDocument texts: paragraphs, headings, lists and tables in their order."""

from pathlib import Path
from xml.etree.ElementTree import Element

from moe_core.contracts.loader import Loaded
from moe_kit.documents.losses import TRACKED_CHANGES, describe_comments
from moe_kit.documents.margins import add_margins
from moe_kit.documents.opendocument.parts import CONTENT, open_opendocument, read_optional, read_title
from moe_kit.documents.opendocument.story import OpenStoryReader
from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.xml_parts import read_bare_xml


def load_odt(path: Path, document_id: str) -> Loaded:
    """Read an .odt file as one document, as if all changes were accepted.

    Raises:
        DocumentError: It is damaged, has a password, or is no OpenDocument text.
    """
    builder = TextBuilder()
    with open_opendocument(path, document_id) as archive:
        content = read_bare_xml(archive, CONTENT, document_id)
        styles = read_optional(archive, "styles.xml", document_id)
        parts = (content,) if styles is None else (content, styles)
        reader = OpenStoryReader(builder, parts)
        for body in content.iter("text"):
            reader.read(body)
            break
        if styles is not None:
            _add_margins(styles, builder)
        title = reader.losses.title or read_title(archive, document_id)
    notes = []
    if content.find(".//tracked-changes") is not None:
        notes.append(TRACKED_CHANGES)
    if reader.losses.remarks:
        notes.append(describe_comments(reader.losses.remarks))
    document = builder.build_document(
        document_id, media_type="application/vnd.oasis.opendocument.text", title=title, takes_heading=True
    )
    return Loaded(documents=(document,), notes=tuple(notes))


def _add_margins(styles: Element, builder: TextBuilder) -> None:
    """Headers and footers, each line once."""
    inner = TextBuilder()
    reader = OpenStoryReader(inner, (styles,))
    for page in styles.iter("master-page"):
        for part in page:
            if part.tag.startswith(("header", "footer")):
                reader.read(part)
    add_margins(inner.build()[0].split("\n"), builder)
