"""Collections: documents that are kept under a name."""

import msgspec


class CollectionFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a collection.

    Attributes:
        name: Its path in the collection, with "/"; citations name it so, on every machine.
        size: Bytes.
        digest: SHA-256 of its content, hexadecimal.
    """

    name: str
    size: int
    digest: str


class CollectionContent(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept under a name.

    Attributes:
        name: The collection's.
        version: A digest of the files' names and contents: the same content has the same, wherever it is kept.
        files: By name.
    """

    name: str
    version: str
    files: tuple[CollectionFile, ...]
