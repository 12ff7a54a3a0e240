"""Web pages."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.html_page:load_html"  # by name: it is imported where files are read


class HtmlLoader(Loader):
    """Reads HTML."""

    name = "html"
    summary = "Web pages"
    label = "HTML"
    suffixes = (".html", ".htm", ".xhtml")

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of HTML."""
    return [HtmlLoader]
