"""A loader that names the function which reads, so that listing plugins imports none of the libraries it needs."""

from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import ClassVar, cast

from moe_core.contracts.loader import Loaded, Loader


class NamedReaderLoader(Loader):
    """Reads with a function of the same arguments and results as `load`.

    Attributes:
        reader: "package.module:function"; imported where files are read.
    """

    reader: ClassVar[str] = ""

    def load(self, path: Path, document_id: str) -> Loaded | Iterator[Loaded]:
        """Read the file."""
        return cast("Loaded | Iterator[Loaded]", resolve_name(self.reader)(path, document_id))
