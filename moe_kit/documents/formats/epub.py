"""EPUB books: the chapters in reading order, each a section with its headings below it."""

import posixpath
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.archive import open_archive
from moe_kit.documents.formats.html_page import decode_markup, read_markup
from moe_kit.documents.outline import TextBuilder, collapse

_CHAPTER_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def load_epub(path: Path, document_id: str) -> Loaded:
    """Read an EPUB as one document.

    Raises:
        DocumentError: It is damaged, protected, or would unpack to more than moe reads.
    """
    with open_archive(path, document_id) as archive:
        package_path = _find_package(archive, document_id)
        package = _read_xml(archive, package_path, document_id)
        # A chapter that comes again says nothing new.
        chapters = list(dict.fromkeys(_find_chapters(package, posixpath.dirname(package_path))))
        _refuse_protected(archive, chapters, document_id)
        builder = TextBuilder()
        notes = []
        for number, chapter in enumerate(chapters, start=1):
            try:
                markup = decode_markup(archive.read(chapter))
            except KeyError:
                notes.append(f"chapter {number} ({chapter}) is missing")
                continue
            _add_chapter(builder, markup, number)
    text, sections = builder.build()
    named = package.find("{*}metadata/{http://purl.org/dc/elements/1.1/}title")
    document = Document(
        document_id=document_id,
        title=collapse(named.text or "") if named is not None else "",
        text=text,
        source=document_id,
        media_type="application/epub+zip",
        sections=sections,
    )
    return Loaded(documents=(document,), notes=tuple(notes))


def _find_package(archive: ZipFile, name: str) -> str:
    container = _read_xml(archive, "META-INF/container.xml", name)
    root = container.find(".//{*}rootfile")
    if root is None or not root.get("full-path"):
        raise DocumentError(f"{name} is no complete EPUB: its container names no package", path=name)
    return unquote(root.get("full-path", ""))


def _read_xml(archive: ZipFile, member: str, name: str) -> Element:
    try:
        root: Element = fromstring(archive.read(member))
    except KeyError as error:
        raise DocumentError(f"{name} is no complete EPUB: {member} is missing", path=name) from error
    except (ParseError, DefusedXmlException) as error:
        raise DocumentError(f"{name} is damaged: {member} is no valid XML ({error})", path=name) from error
    return root


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


def _refuse_protected(archive: ZipFile, chapters: list[str], name: str) -> None:
    """Fonts are often obfuscated and do not matter here; chapters that are encrypted cannot be read."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    references = _read_xml(archive, "META-INF/encryption.xml", name).iterfind(".//{*}CipherReference")
    if {unquote(reference.get("URI", "")) for reference in references} & set(chapters):
        raise DocumentError(f"{name} is protected (DRM)", path=name, hint="use a copy without protection")


def _add_chapter(builder: TextBuilder, markup: str, number: int) -> None:
    """A chapter that begins with its heading is that heading's section; another one gets its number for a title."""
    part = TextBuilder()
    read_markup(markup, part)
    if not part:
        return
    if not part.headings or part.headings[0].start > 0:
        builder.begin_section(f"chapter {number}", 1)
        read_markup(markup, builder, level=1)
    else:
        read_markup(markup, builder)
