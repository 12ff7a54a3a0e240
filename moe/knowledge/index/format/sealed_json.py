"""JSON files that hold their own checksum."""

import re
import zlib

_HEAD = re.compile(rb'\{"crc32":"([0-9a-f]{8})",\n')


def seal_json(data: bytes) -> bytes:
    """A JSON object, not empty, with the checksum of what follows as its first key."""
    rest = data[1:]
    return b'{"crc32":"%08x",\n' % zlib.crc32(rest) + rest


def has_seal(data: bytes) -> bool:
    """Whether a checksum stands there, right or wrong."""
    return _HEAD.match(data) is not None


def open_sealed(data: bytes) -> bytes:
    """The object that was sealed.

    Raises:
        ValueError: The data is not what was written.
    """
    head = _HEAD.match(data)
    if head is None:
        raise ValueError("there is no checksum")
    rest = data[head.end() :]
    if zlib.crc32(rest) != int(head.group(1), 16):
        raise ValueError("the checksum does not fit")
    return b"{" + rest
