"""Mail: messages and mailboxes."""

from moe_core import Loader, hookimpl
from moe_kit.documents.named_reader import NamedReaderLoader

_FORMATS = "moe_kit.documents.formats"


class EmlLoader(NamedReaderLoader):
    """Reads message."""

    name = "eml"
    summary = "Messages, with what they say of themselves"
    label = "message"
    suffixes = (".eml",)
    reader = f"{_FORMATS}.eml:load_eml"


class MboxLoader(NamedReaderLoader):
    """Reads mailbox."""

    name = "mbox"
    summary = "Mailboxes, a document a message"
    label = "mailbox"
    suffixes = (".mbox",)
    max_bytes = None
    reader = f"{_FORMATS}.mbox:load_mbox"


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """All of them."""
    return [EmlLoader, MboxLoader]
