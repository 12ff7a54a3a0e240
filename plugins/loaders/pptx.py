"""Presentations of PowerPoint, slides as pages."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.pptx:load_pptx"  # by name: it is imported where files are read


class PptxLoader(Loader):
    """Reads PowerPoint."""

    name = "pptx"
    summary = "Presentations of PowerPoint, slides as pages"
    label = "PowerPoint"
    suffixes = (
        ".pptx",
        ".pptm",
    )

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of PowerPoint."""
    return [PptxLoader]
