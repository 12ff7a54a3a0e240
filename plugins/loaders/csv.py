"""Tables as text, a record a line."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl
from moe_kit.documents.encodings import PLAIN_BYTES

_READER = "moe_kit.documents.formats.csv_table:load_csv"  # by name: it is imported where files are read


class CsvLoader(Loader):
    """Reads table."""

    name = "csv"
    summary = "Tables as text, a record a line"
    label = "table"
    suffixes = (".csv", ".tsv", ".tab")
    plain_bytes = PLAIN_BYTES

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of tables."""
    return [CsvLoader]
