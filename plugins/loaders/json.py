"""JSON, a record a line."""

from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl
from moe_kit.documents.encodings import PLAIN_BYTES

_READER = "moe_kit.documents.formats.json_tree:load_json"  # by name: it is imported where files are read


class JsonLoader(Loader):
    """Reads JSON."""

    name = "json"
    summary = "JSON, a record a line"
    label = "JSON"
    suffixes = (".json",)
    plain_bytes = PLAIN_BYTES

    def load(self, path: Path, document_id: str) -> Loaded:
        """Read the file."""
        return cast("Loaded", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of JSON."""
    return [JsonLoader]
