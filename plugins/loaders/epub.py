"""Electronic books, their chapters as sections."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.epub:load_epub"  # by name: it is imported where files are read


class EpubLoader(Loader):
    """Reads EPUB."""

    name = "epub"
    summary = "Electronic books, their chapters as sections"
    label = "EPUB"
    suffixes = (".epub",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of EPUB."""
    return [EpubLoader]
