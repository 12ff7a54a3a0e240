from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from moe.knowledge.loading.file_formats import load_file
from moe.knowledge.loading.outline import Loaded

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
        return load_file(path, name)

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

    def build(pages: list[list[tuple[int, int, str]]], title: str = "") -> bytes:
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
        objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
        objects.append(f"<< /Title ({title}) >>")
        kids = []
        for page in pages:
            shown = "".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj\n" for x, y, text in page)
            stream = f"BT /F1 10 Tf\n{shown}ET"
            objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> "
                f"/Contents {len(objects)} 0 R >>"
            )
            kids.append(f"{len(objects)} 0 R")
        objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
        data, places = b"%PDF-1.4\n", []
        for number, body in enumerate(objects, start=1):
            places.append(len(data))
            data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
        start = len(data)
        table = "".join(f"{place:010} 00000 n \n" for place in places)
        data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
        return (
            data + f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF".encode()
        )

    return build


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
