from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

import pdf_file
from bundled_reading import load_bundled
from moe_core.contracts.loader import Loaded

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str, str | bytes], Loaded]:
    """Write a file and read it back under its own name."""

    def load_content(name: str, content: str | bytes) -> Loaded:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_bundled(path, name)

    return load_content


@pytest.fixture
def load_one(load):
    """Write a file and read its one document."""

    def load_document(name: str, content: str | bytes):
        (document,) = load(name, content).documents
        return document

    return load_document


@pytest.fixture
def make_pdf() -> Callable[[list[list[tuple[int, int, str]]]], bytes]:
    """A PDF whose pages hold text at (x, y)."""

    return pdf_file.make_pdf


@pytest.fixture
def make_epub(tmp_path: Path) -> Callable[..., bytes]:
    """An EPUB with these chapters, and any further members."""

    def build(*chapters: str, members: dict[str, str | bytes] | None = None, extra_items: str = "") -> bytes:
        items = "".join(
            f'<item id="c{n}" href="text/chap%20{n}.xhtml" media-type="application/xhtml+xml"/>'
            for n in range(len(chapters))
        )
        spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
        package = (
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>A Book</dc:title></metadata><manifest>{items}{extra_items}</manifest>"
            f'<spine>{spine}<itemref idref="toc"/></spine></package>'
        )
        path = tmp_path / "made.epub"
        with ZipFile(path, "w") as archive:
            archive.writestr("META-INF/container.xml", CONTAINER)
            archive.writestr("OPS/book.opf", package)
            for number, chapter in enumerate(chapters):
                archive.writestr(f"OPS/text/chap {number}.xhtml", chapter)
            for name, content in (members or {}).items():
                archive.writestr(name, content)
        return path.read_bytes()

    return build
