"""JSON lines: a corpus of any size, or records."""

from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl
from moe_kit.documents.encodings import PLAIN_BYTES

_READER = "moe_kit.documents.formats.jsonl:load_jsonl"  # by name: it is imported where files are read


class JsonlLoader(Loader):
    """Reads JSON lines."""

    name = "jsonl"
    summary = "JSON lines: a corpus of any size, or records"
    label = "JSON lines"
    suffixes = (".jsonl", ".ndjson")
    max_bytes = None
    plain_bytes = PLAIN_BYTES

    def load(self, path: Path, document_id: str) -> Iterator[Loaded]:
        """Read the file."""
        return cast("Iterator[Loaded]", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of JSON lines."""
    return [JsonlLoader]
