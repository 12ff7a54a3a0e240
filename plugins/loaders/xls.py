"""Workbooks of older Excel, and of its binary format."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.xls:load_xls"  # by name: it is imported where files are read


class XlsLoader(Loader):
    """Reads older Excel."""

    name = "xls"
    summary = "Workbooks of older Excel, and of its binary format"
    label = "older Excel"
    suffixes = (
        ".xls",
        ".xlsb",
    )

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of older Excel."""
    return [XlsLoader]
