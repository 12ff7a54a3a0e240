"""Rich text."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.rtf:load_rtf"  # by name: it is imported where files are read


class RtfLoader(Loader):
    """Reads rich text."""

    name = "rtf"
    summary = "Rich text"
    label = "rich text"
    suffixes = (".rtf",)
    signatures = (b"{\\rtf",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of rich text."""
    return [RtfLoader]
