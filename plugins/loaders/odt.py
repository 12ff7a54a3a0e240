"""OpenDocument texts."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.odt:load_odt"  # by name: it is imported where files are read


class OdtLoader(Loader):
    """Reads OpenDocument text."""

    name = "odt"
    summary = "OpenDocument texts"
    label = "OpenDocument text"
    suffixes = (".odt",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of OpenDocument text."""
    return [OdtLoader]
