"""Workbooks of Excel, values as they are shown."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.xlsx:load_xlsx"  # by name: it is imported where files are read


class XlsxLoader(Loader):
    """Reads Excel."""

    name = "xlsx"
    summary = "Workbooks of Excel, values as they are shown"
    label = "Excel"
    suffixes = (
        ".xlsx",
        ".xlsm",
    )

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of Excel."""
    return [XlsxLoader]
