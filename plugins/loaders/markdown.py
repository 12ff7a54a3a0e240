"""Markdown, its headings as sections."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl
from moe_kit.documents.encodings import PLAIN_BYTES

_READER = "moe_kit.documents.formats.md:load_md"  # by name: it is imported where files are read


class MarkdownLoader(Loader):
    """Reads Markdown."""

    name = "markdown"
    summary = "Markdown, its headings as sections"
    label = "Markdown"
    suffixes = (".md", ".markdown", ".mdown", ".mkd")
    plain_bytes = PLAIN_BYTES

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of Markdown."""
    return [MarkdownLoader]
