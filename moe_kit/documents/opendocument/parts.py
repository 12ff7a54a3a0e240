"""The parts of an OpenDocument file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.archive import open_archive
from moe_kit.documents.outline import collapse
from moe_kit.documents.xml_parts import read_bare_xml

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


@contextmanager
def open_opendocument(path: Path, name: str) -> Iterator[ZipFile]:
    """Open an OpenDocument file that is not protected.

    Raises:
        DocumentError: It is damaged, has a password, or is no OpenDocument file.
    """
    with open_archive(path, name) as archive:
        members = frozenset(archive.namelist())
        if CONTENT not in members:
            raise DocumentError(f"{name} is no OpenDocument file, whatever its name says", path=name)
        if _MANIFEST in members and b"encryption-data" in archive.read(_MANIFEST):
            raise DocumentError(f"{name} needs a password", path=name, hint="save a copy without the password")
        yield archive


def read_title(archive: ZipFile, name: str) -> str:
    """The title in a file's properties; "" without one."""
    if "meta.xml" not in archive.namelist():
        return ""
    title = read_bare_xml(archive, "meta.xml", name).find(".//title")
    return collapse(title.text or "") if title is not None else ""


def read_optional(archive: ZipFile, member: str, name: str) -> Element | None:
    """A part that not every file has."""
    return read_bare_xml(archive, member, name) if member in archive.namelist() else None
