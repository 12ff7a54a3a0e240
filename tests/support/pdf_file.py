"""PDF files written by hand."""


def make_pdf(pages: list[list[tuple[int, int, str]] | str], title: str = "") -> bytes:
    """A PDF whose pages hold text at (x, y), of 10 points or a size given after it; or that are drawn as written."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    objects.append(f"<< /Title ({title}) >>")
    kids = []
    for page in pages:
        stream = page if isinstance(page, str) else f"BT\n{''.join(_write_text(*shown) for shown in page)}ET"
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
    return data + f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF".encode()


def _write_text(x: float, y: float, text: str, size: int = 10) -> str:
    return f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj\n"
