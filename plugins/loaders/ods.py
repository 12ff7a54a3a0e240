"""OpenDocument sheets."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.ods:load_ods"  # by name: it is imported where files are read


class OdsLoader(Loader):
    """Reads OpenDocument sheet."""

    name = "ods"
    summary = "OpenDocument sheets"
    label = "OpenDocument sheet"
    suffixes = (".ods",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of OpenDocument sheet."""
    return [OdsLoader]
