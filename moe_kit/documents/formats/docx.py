"""Word documents: paragraphs, headings, lists and tables in their order, as if all changes were accepted."""

from pathlib import Path
from xml.etree.ElementTree import Element

from moe_core.contracts.loader import Loaded
from moe_kit.documents.archive import open_archive
from moe_kit.documents.losses import TRACKED_CHANGES, describe_comments
from moe_kit.documents.margins import add_margins
from moe_kit.documents.outline import TextBuilder
from moe_kit.documents.word.numbering import ListNumbers
from moe_kit.documents.word.parts import WordParts
from moe_kit.documents.word.story import StoryReader, StorySummary
from moe_kit.documents.word.styles import WordStyles

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LITTLE_TEXT = 200  # characters a picture; with less, the pictures may be the pages


def load_docx(path: Path, document_id: str) -> Loaded:
    """Read a .docx file as one document; its title is the paragraph styled so, or the first heading.

    Raises:
        DocumentError: It is damaged, protected, or no Word file.
    """
    builder = TextBuilder()
    with open_archive(path, document_id) as archive:
        parts = WordParts(archive, document_id)
        reader = StoryReader(
            builder=builder,
            styles=WordStyles(parts.read_related("styles")),
            numbers=ListNumbers(parts.read_related("numbering")),
            notes=_find_notes(parts),
        )
        body = parts.read_main().find("body")
        if body is not None:
            reader.read(body)
        _add_margins(parts, reader)
        notes = tuple(_describe_losses(parts, reader.found, len(builder)))
    document = builder.build_document(document_id, media_type=_MEDIA_TYPE, title=reader.found.title, takes_heading=True)
    return Loaded(documents=(document,), notes=notes)


def _find_notes(parts: WordParts) -> dict[tuple[str, str], Element]:
    return {
        (kind, note.get("id", "")): note
        for kind in ("footnote", "endnote")
        for part in parts.read_related(f"{kind}s")
        for note in part.iter(kind)
    }


def _add_margins(parts: WordParts, reader: StoryReader) -> None:
    """Headers and footers, each line once."""
    inner = TextBuilder()
    margins = StoryReader(builder=inner, styles=reader.styles, numbers=reader.numbers, notes=reader.notes)
    for part in (*parts.read_related("header"), *parts.read_related("footer")):
        margins.read(part)
    add_margins(inner.build()[0].split("\n"), reader.builder)


def _describe_losses(parts: WordParts, found: StorySummary, length: int) -> list[str]:
    losses = []
    if found.is_changed:
        losses.append(TRACKED_CHANGES)
    comments = sum(1 for part in parts.read_related("comments") for _ in part.iter("comment"))
    if comments:
        losses.append(describe_comments(comments))
    if found.inserted_files:
        losses.append(f"{found.inserted_files} inserted files are left out; open it in Word and save it again")
    pictures = parts.count_related("image")
    if pictures and length < _LITTLE_TEXT * pictures:
        losses.append(f"{pictures} pictures are left out; run OCR over them if they hold text")
    return losses
