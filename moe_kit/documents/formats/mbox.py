"""Mailboxes: each message a document."""

from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import BinaryIO

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_core.files.regular import open_regular
from moe_kit.documents.encodings import BYTES_MAX
from moe_kit.documents.mail.headers import name_message
from moe_kit.documents.mail.message_text import add_message, list_names
from moe_kit.documents.outline import TextBuilder

_START = b"From "


def load_mbox(path: Path, document_id: str) -> Iterator[Loaded]:
    """Read a mailbox message by message, so that any size will do.

    Yields:
        Each message, its title its subject, with who sent it. What it quotes of an earlier one is left out.

    Raises:
        DocumentError: It is no mailbox.
    """
    known: set[str] = set()
    attached: list[str] = []
    try:
        with open_regular(path) as file:
            for number, data in enumerate(_iterate_messages(file, document_id), start=1):
                message = message_from_bytes(data)
                builder = TextBuilder()
                attached += add_message(message, builder, known=known)
                known.add(str(message.get("Message-ID", "")).strip())
                document = builder.build_document(
                    f"{document_id}, message {number}",
                    media_type="message/rfc822",
                    title=name_message(message),
                    source=document_id,
                )
                yield Loaded(documents=(document,))
    except OSError as error:
        raise DocumentError(f"{document_id} could not be read: {error.strerror or error}", path=document_id) from error
    if attached:
        yield Loaded(documents=(), notes=(f"{len(attached)} attached files are left out: {list_names(attached)}",))


def _iterate_messages(file: BinaryIO, name: str) -> Iterator[bytes]:
    lines: list[bytes] = []
    length = 0
    is_blank = True
    if not file.readline(10_000).lstrip(b"\xef\xbb\xbf").startswith(_START):
        raise DocumentError(f"{name} is no mailbox, whatever its name says", path=name)
    for line in iter(lambda: file.readline(BYTES_MAX), b""):
        if is_blank and line.startswith(_START):
            yield b"".join(lines)
            lines, length = [], 0
        elif length < BYTES_MAX:
            lines.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
            length += len(line)
        is_blank = not line.strip()
    yield b"".join(lines)
