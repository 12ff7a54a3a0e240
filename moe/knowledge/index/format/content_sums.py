"""Checksums of single passages and documents, as an index keeps them."""

import zlib

from moe.knowledge.index.format.strings import encode_text
from moe_core.contracts.evidence import Passage


def sum_passage(passage: Passage) -> int:
    """The CRC-32 of all that is told of a passage."""
    head = f"{passage.passage_id}\n{passage.title}\n{passage.section}\n{passage.start}\n{passage.end}\n"
    return zlib.crc32(encode_text(passage.text), zlib.crc32(encode_text(head)))


def sum_document(document_id: str, title: str, *, record: bytes, text: bytes) -> int:
    """The CRC-32 of a document.

    Args:
        document_id: Its id.
        title: Its title.
        record: What else is kept of it, encoded.
        text: Its text, encoded.
    """
    return zlib.crc32(text, zlib.crc32(record, zlib.crc32(encode_text(f"{document_id}\n{title}\n"))))
