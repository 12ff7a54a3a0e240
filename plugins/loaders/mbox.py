"""Mailboxes, a document a message."""

from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from moe_core import Loaded, Loader, hookimpl

_READER = "moe_kit.documents.formats.mbox:load_mbox"  # by name: it is imported where files are read


class MboxLoader(Loader):
    """Reads mailbox."""

    name = "mbox"
    summary = "Mailboxes, a document a message"
    label = "mailbox"
    suffixes = (".mbox",)
    max_bytes = None

    def load(self, path: Path, document_id: str) -> Iterator[Loaded]:
        """Read the file."""
        return cast("Iterator[Loaded]", resolve_name(_READER)(path, document_id))


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """The loader of mailbox."""
    return [MboxLoader]
