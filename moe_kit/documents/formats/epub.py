"""EPUB books: the chapters in reading order, each a section with its headings below it."""

import posixpath
import zlib
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import BadZipFile, ZipFile

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_kit.documents.archive import open_archive
from moe_kit.documents.formats.html_page import decode_markup, read_markup
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.xml_parts import read_xml

_ENCRYPTION = "META-INF/encryption.xml"
_DAMAGE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_CHAPTER_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def load_epub(path: Path, document_id: str) -> Loaded:
    """Read an EPUB as one document.

    Raises:
        DocumentError: It is damaged, protected, or would unpack to more than moe reads.
    """
    with open_archive(path, document_id) as archive:
        package_path = _find_package(archive, document_id)
        package = read_xml(archive, package_path, document_id)
        # A chapter that comes again says nothing new.
        chapters = list(dict.fromkeys(_find_chapters(package, posixpath.dirname(package_path))))
        protected = _find_protected(archive, document_id)
        if chapters and protected.issuperset(chapters):
            raise DocumentError(
                f"{document_id} is protected (DRM)", path=document_id, hint="use a copy without protection"
            )
        builder = TextBuilder()
        notes = []
        for number, chapter in enumerate(chapters, start=1):
            fault = "is protected (DRM)" if chapter in protected else _add_chapter(archive, chapter, number, builder)
            if fault:
                notes.append(f"chapter {number} ({chapter}) {fault}")
    named = package.find("{*}metadata/{http://purl.org/dc/elements/1.1/}title")
    document = builder.build_document(
        document_id, media_type="application/epub+zip", title=collapse(named.text or "") if named is not None else ""
    )
    return Loaded(documents=(document,), notes=tuple(notes))


def _find_package(archive: ZipFile, name: str) -> str:
    container = read_xml(archive, "META-INF/container.xml", name)
    root = container.find(".//{*}rootfile")
    if root is None or not root.get("full-path"):
        raise DocumentError(f"{name} is no complete EPUB: its container names no package", path=name)
    return unquote(root.get("full-path", ""))


def _find_chapters(package: Element, folder: str) -> list[str]:
    """The archive's members that the spine names, in order; the table of contents is left out."""
    items = {item.get("id", ""): item for item in package.iterfind("{*}manifest/{*}item")}
    chapters = []
    for reference in package.iterfind("{*}spine/{*}itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or "nav" in item.get("properties", "").split() or item.get("media-type") not in _CHAPTER_TYPES:
            continue
        chapters.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "")))))
    return chapters


def _find_protected(archive: ZipFile, name: str) -> frozenset[str]:
    """The members that are encrypted; of fonts that does not matter here."""
    if _ENCRYPTION not in archive.namelist():
        return frozenset()
    references = read_xml(archive, _ENCRYPTION, name).iterfind(".//{*}CipherReference")
    return frozenset(unquote(reference.get("URI", "")) for reference in references)


def _add_chapter(archive: ZipFile, chapter: str, number: int, builder: TextBuilder) -> str:
    """Append a chapter; what is wrong with it comes back, because it costs the book nothing else.

    One that begins with its heading is that heading's section; another one gets its number for a title.
    """
    part = TextBuilder()
    try:
        markup = decode_markup(archive.read(chapter))
        read_markup(markup, part, has_furniture=False)
    except KeyError:
        return "is missing"
    except _DAMAGE as error:
        return f"is damaged, and left out: {collapse(str(error))[:80] or type(error).__name__}"
    if part and (not part.headings or part.headings[0].start > 0):
        builder.begin_section(f"chapter {number}", 1)
        read_markup(markup, builder, level=1, has_furniture=False)
    elif part:
        read_markup(markup, builder, has_furniture=False)
    return ""
