"""Word documents."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.docx:load_docx"  # by name: it is imported where files are read


class DocxLoader(Loader):
    """Reads Word."""

    name = "docx"
    summary = "Word documents"
    label = "Word"
    suffixes = (".docx", ".docm")

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of Word."""
    return [DocxLoader]
