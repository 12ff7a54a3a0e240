"""Messages: who wrote to whom, when, and what."""

from email import message_from_bytes
from pathlib import Path

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_bytes
from moe_kit.documents.mail.headers import name_message
from moe_kit.documents.mail.message_text import add_message, list_names
from moe_kit.documents.outline import TextBuilder


def load_eml(path: Path, document_id: str) -> Loaded:
    """Read a message as one document; its title is its subject, with who sent it.

    Raises:
        DocumentError: It is no message.
    """
    message = message_from_bytes(read_bytes(path, document_id).lstrip(b"\xef\xbb\xbf\r\n"))
    if not message.keys():
        raise DocumentError(f"{document_id} is no message, whatever its name says", path=document_id)
    builder = TextBuilder()
    attached = add_message(message, builder)
    document = builder.build_document(document_id, media_type="message/rfc822", title=name_message(message))
    notes = (f"attached files are left out: {list_names(attached)}; save them beside it",) if attached else ()
    return Loaded(documents=(document,), notes=notes)
