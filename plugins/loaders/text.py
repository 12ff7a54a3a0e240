"""Plain text of any encoding."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl
from moe_kit.documents.encodings import PLAIN_BYTES

_READER = "moe_kit.documents.formats.txt:load_txt"  # by name: it is imported where files are read


class TextLoader(Loader):
    """Reads plain text."""

    name = "text"
    summary = "Plain text of any encoding"
    label = "plain text"
    suffixes = (".txt", ".text", ".log", ".rst", ".adoc", ".org")
    plain_bytes = PLAIN_BYTES

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of plain text."""
    return [TextLoader]
