"""PDF, page by page."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.pdf:load_pdf"  # by name: it is imported where files are read


class PdfLoader(Loader):
    """Reads PDF."""

    name = "pdf"
    summary = "PDF, page by page"
    label = "PDF"
    suffixes = (".pdf",)
    signatures = (b"%PDF-",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of PDF."""
    return [PdfLoader]
