"""OpenDocument presentations: each slide a section, with its tables and notes."""

from pathlib import Path
from xml.etree.ElementTree import Element

from moe_core.contracts.loader import Loaded
from moe_kit.documents.losses import describe_comments
from moe_kit.documents.opendocument.inline import read_inline
from moe_kit.documents.opendocument.parts import CONTENT, open_opendocument, read_optional, read_title
from moe_kit.documents.opendocument.story import OpenStoryReader
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.xml_parts import read_bare_xml

_FOOTERS = frozenset("page-number date-time footer header".split())


def load_odp(path: Path, document_id: str) -> Loaded:
    """Read an .odp file as one document whose pages are its slides.

    Raises:
        DocumentError: It is damaged, has a password, or is no OpenDocument presentation.
    """
    builder = TextBuilder()
    with open_opendocument(path, document_id) as archive:
        content = read_bare_xml(archive, CONTENT, document_id)
        styles = read_optional(archive, "styles.xml", document_id)
        reader = OpenStoryReader(builder, (content,) if styles is None else (content, styles))
        starts = []
        for number, slide in enumerate(content.iter("page"), start=1):
            _add_slide(slide, number, builder, reader)
            starts.append(builder.headings[-1].start)
        title = read_title(archive, document_id)
    document = builder.build_document(
        document_id, media_type="application/vnd.oasis.opendocument.presentation", title=title, page_starts=starts
    )
    notes = (describe_comments(reader.losses.remarks),) if reader.losses.remarks else ()
    return Loaded(documents=(document,), notes=notes)


def _add_slide(slide: Element, number: int, builder: TextBuilder, reader: OpenStoryReader) -> None:
    title = next((frame for frame in slide.iter("frame") if frame.get("class") == "title"), None)
    words = [read_inline(paragraph).text for paragraph in title.iter("p")] if title is not None else []
    named = collapse(" ".join(words))
    if named:
        builder.add_heading(named, 1)
    else:
        builder.begin_section(f"slide {number}", 1)
    for part in slide:
        if part.tag == "notes":
            inner = TextBuilder()
            for box in part.iter("text-box"):
                OpenStoryReader(inner, ()).read(box)
            notes = inner.build()[0]
            builder.add(f"Notes: {notes}" if notes else "")
        elif part is not title and part.get("class") not in _FOOTERS:
            reader.read(part)
