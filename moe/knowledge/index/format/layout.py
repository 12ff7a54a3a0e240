"""Which arrays an index consists of."""

import msgspec

from moe_core.contracts.evidence import Page, Section

FORMAT_VERSION = 3  # an index of another format is made anew

_POSTINGS = {"keys": "<u8", "starts": "<i8", "members": "<i4", "info": "<u1"}
_STRINGS = {"starts": "<i8", "data": "<u1"}

TABLES = ("terms", "names", "phrases")

TYPES: dict[str, str] = {
    **{f"{table}.{part}": kind for table in TABLES for part, kind in _POSTINGS.items()},
    "terms.idf": "<f4",
    "terms.lower_shares": "<f4",
    "phrases_of.starts": "<i8",
    "phrases_of.rows": "<i4",
    "name_terms_of.starts": "<i8",
    "name_terms_of.rows": "<i4",
    # Of a passage: its document, its characters [start, end) there, its bytes [start, end) in "text", its section.
    "passages.documents": "<i4",
    "passages.starts": "<i4",
    "passages.ends": "<i4",
    "passages.text_starts": "<i8",
    "passages.text_ends": "<i8",
    "passages.lengths": "<i4",
    "passages.name_idf": "<f4",
    "passages.checksums": "<u4",
    **{f"passages.sections.{part}": kind for part, kind in _STRINGS.items()},
    # Of a document: where its passages and its bytes in "text" begin, with the end of the last one at the end.
    "documents.passages": "<i4",
    "documents.text_starts": "<i8",
    "documents.is_atomic": "<u1",
    "documents.checksums": "<u4",
    **{f"documents.ids.{part}": kind for part, kind in _STRINGS.items()},
    **{f"documents.titles.{part}": kind for part, kind in _STRINGS.items()},
    **{f"documents.records.{part}": kind for part, kind in _STRINGS.items()},
    "documents.id_keys": "<u8",
    "documents.id_numbers": "<i4",
    "total_length": "<i8",
    # Of a word: its key, the key and the row of its stem (0 and -1 for a stop word), and the word, folded.
    "words.keys": "<u8",
    "words.term_keys": "<u8",
    "words.terms": "<i4",
    "words.beginnings": "<u8",  # keys of its first three, two letters and first one, word after word
    **{f"words.strings.{part}": kind for part, kind in _STRINGS.items()},
    # All passages word by word, and where each passage begins.
    "tokens.words": "<i4",
    "tokens.marks": "<u1",
    "tokens.starts": "<i8",
}
TEXT = "text"  # all documents one after another, as UTF-8; in a file of its own


class DocumentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a document beside its id, title and text."""

    source: str
    media_type: str
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()
