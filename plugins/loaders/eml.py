"""Messages, with what they say of themselves."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.eml:load_eml"  # by name: it is imported where files are read


class EmlLoader(Loader):
    """Reads message."""

    name = "eml"
    summary = "Messages, with what they say of themselves"
    label = "message"
    suffixes = (".eml",)

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of message."""
    return [EmlLoader]
