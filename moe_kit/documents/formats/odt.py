"""OpenDocument texts: paragraphs, headings, lists and tables in their order."""

from pathlib import Path
from xml.etree.ElementTree import Element

from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.opendocument.parts import CONTENT, open_opendocument, read_optional, read_title
from moe_kit.documents.opendocument.story import OpenStoryReader
from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.xml_parts import read_bare_xml

_MARGIN_TITLE = "header or footer"


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
        notes.append("tracked changes are read as accepted: what was deleted is left out")
    if reader.losses.remarks:
        count = reader.losses.remarks
        notes.append(f"{count} comments are left out" if count > 1 else "a comment is left out")
    text, sections = builder.build()
    document = Document(
        document_id=document_id,
        title=title or (sections[0].title if sections else ""),
        text=text,
        source=document_id,
        media_type="application/vnd.oasis.opendocument.text",
        sections=sections,
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
    lines = list(dict.fromkeys(filter(None, inner.build()[0].split("\n"))))
    if lines:
        builder.begin_section(_MARGIN_TITLE, 1)
        for line in lines:
            builder.add(line)
