"""OpenDocument presentations, slides as pages."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.odp:load_odp"  # by name: it is imported where files are read


class OdpLoader(Loader):
    """Reads OpenDocument presentation."""

    name = "odp"
    summary = "OpenDocument presentations, slides as pages"
    label = "OpenDocument presentation"
    suffixes = (".odp",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of OpenDocument presentation."""
    return [OdpLoader]
