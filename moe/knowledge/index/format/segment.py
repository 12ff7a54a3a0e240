"""An index in one piece: passages, documents and tables over arrays, in memory or mapped from a file."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.content_sums import sum_document, sum_passage
from moe.knowledge.index.format.files import IndexDamagedError
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.layout import TEXT, DocumentRecord
from moe.knowledge.index.format.postings import Arrays, Keys, Numbers, Postings, Rows, take_postings
from moe.knowledge.index.format.soundness import Soundness
from moe.knowledge.index.format.strings import IdTable, decode_text, take_strings
from moe.knowledge.index.format.tokens import TokenBatch, WordTable, take_tokens, take_words
from moe.knowledge.loading.passages import make_passage_id
from moe_core.contracts.evidence import Document, Page, Passage

_decoder = msgspec.json.Decoder(DocumentRecord)


class SegmentIndex(PassageIndex):
    """Documents that were written at once.

    Attributes:
        arrays: By name.
        idf: Inverse document frequency of each term, float32.
        lower_shares: Of the passages with each term, those that write it in lower case somewhere, float32.
    """

    terms: Postings
    names: Postings
    phrases: Postings
    words: WordTable
    phrase_rows: Rows
    name_terms: Rows

    def __init__(self, arrays: Arrays, *, soundness: Soundness | None = None) -> None:
        """Read arrays as an index.

        Args:
            arrays: By name.
            soundness: Of the files that they are mapped from; None for arrays that were made in memory.
        """
        self.arrays = arrays
        self._soundness = soundness
        self.terms = take_postings(arrays, "terms")
        self.names = take_postings(arrays, "names")
        self.phrases = take_postings(arrays, "phrases")
        self.idf: NDArray[np.float32] = arrays["terms.idf"]
        self.lower_shares: NDArray[np.float32] = arrays["terms.lower_shares"]
        self.name_terms = Rows(starts=arrays["name_terms_of.starts"], rows=arrays["name_terms_of.rows"])
        self.words = take_words(arrays)
        self._tokens = take_tokens(arrays)
        self.phrase_rows = Rows(starts=arrays["phrases_of.starts"], rows=arrays["phrases_of.rows"])
        self._lengths: Numbers = arrays["passages.lengths"]
        self._name_idf: NDArray[np.float32] = arrays["passages.name_idf"]
        self._text = arrays[TEXT].data
        self._text_starts, self._text_ends = arrays["passages.text_starts"], arrays["passages.text_ends"]
        self._starts, self._ends = arrays["passages.starts"], arrays["passages.ends"]
        self._documents_of: Numbers = arrays["passages.documents"]
        self._sections = take_strings(arrays, "passages.sections")
        self.first_passages: Numbers = arrays["documents.passages"]
        self._document_starts = arrays["documents.text_starts"]
        self.atomic_flags: NDArray[np.uint8] = arrays["documents.is_atomic"]
        self.passage_sums, self.document_sums = arrays["passages.checksums"], arrays["documents.checksums"]
        self._ids = take_strings(arrays, "documents.ids")
        self._titles = take_strings(arrays, "documents.titles")
        self._records = take_strings(arrays, "documents.records")
        self._by_id = IdTable(keys=arrays["documents.id_keys"], numbers=arrays["documents.id_numbers"])
        self.total_length = int(arrays["total_length"][0])

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return len(self._ids)

    @property
    def lengths(self) -> Numbers:
        """Terms of each passage, int32."""
        return self._lengths

    def list_checksums(self) -> Sequence[NDArray[Any]]:
        """Columns of what tells documents and passages from others."""
        return self.document_sums, self.passage_sums, self.atomic_flags

    def find_titled(self) -> NDArray[np.bool_]:
        """Whether each document has a title."""
        return np.asarray(np.diff(self._titles.starts) > 0)

    def count_titled(self) -> int:
        """How many documents have a title."""
        return int(np.count_nonzero(self.find_titled()))

    def idf_of(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Inverse document frequency of terms, by their rows."""
        return np.asarray(self.idf[rows])

    def lower_share_of(self, row: int) -> float:
        """Of the passages with a term, the share that writes it in lower case somewhere."""
        return float(self.lower_shares[row])

    def name_idf_of(self, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """Of each of some passages the inverse document frequency of its `name_terms` together."""
        return np.asarray(self._name_idf[numbers])

    def get_passage(self, number: int) -> Passage:
        """The passage of that number."""
        document = int(self._documents_of[number])
        document_id, ordinal = self._ids[document], number - int(self.first_passages[document]) + 1
        return Passage(
            passage_id=make_passage_id(document_id, ordinal, is_atomic=bool(self.atomic_flags[document])),
            document_id=document_id,
            title=self._titles[document],
            section=self._sections[number],
            start=int(self._starts[number]),
            end=int(self._ends[number]),
            text=decode_text(bytes(self._text[int(self._text_starts[number]) : int(self._text_ends[number])])),
        )

    def get_sound_passage(self, number: int) -> Passage:
        """The passage of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """
        passage = self.get_passage(number)
        if self._soundness is not None and sum_passage(passage) != int(self.passage_sums[number]):
            raise IndexDamagedError(self._soundness.folder, f"passage {number} is not what was written")
        return passage

    def check(self) -> None:
        """Compare everything with its checksums, unless that was done before.

        Raises:
            IndexDamagedError: Something is not what was written.
        """
        if self._soundness is not None:
            self._soundness.check()

    def texts_of(self, numbers: NDArray[np.int64]) -> list[str]:
        """The texts of passages."""
        spans = zip(self._text_starts[numbers].tolist(), self._text_ends[numbers].tolist(), strict=True)
        return [str(self._text[begin:end], "utf-8", "surrogatepass") for begin, end in spans]

    def is_untitled(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the documents of these passages have no title."""
        documents = self._documents_of[numbers]
        return np.asarray(self._titles.starts[documents + 1] == self._titles.starts[documents])

    def passages_of(self, document: int) -> range:
        """The numbers of a document's passages."""
        return range(int(self.first_passages[document]), int(self.first_passages[document + 1]))

    def read_tokens(self, numbers: Sequence[int] | Numbers) -> TokenBatch:
        """The words of some passages, title and section included."""
        return self._tokens.read(numbers)

    def find_sequence(self, keys: Keys, *, is_capital: NDArray[np.bool_]) -> NDArray[Any]:
        """The passages of all places where words stand in a row."""
        rows = self.words.find_many(keys)
        return self._tokens.find_sequence(rows, is_capital) if (rows >= 0).all() else np.empty(0, np.int64)

    def is_atomic(self, document: int) -> bool:
        """Whether a document is one passage."""
        return bool(self.atomic_flags[document])

    def get_document_id(self, document: int) -> str:
        """The id of the document of that number."""
        return self._ids[document]

    def find_document_number(self, document_id: str) -> int | None:
        """The number of the document of that id, or None."""
        return self._by_id.find(document_id, self._ids)

    def pages_of(self, number: int) -> tuple[Page, ...]:
        """Where the pages of the document of that number begin."""
        return _decoder.decode(self._records.get_bytes(number)).pages

    def get_document_at(self, number: int) -> Document:
        """The document of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """
        data = self._records.get_bytes(number)
        begin, end = int(self._document_starts[number]), int(self._document_starts[number + 1])
        text = bytes(self._text[begin:end])
        document_id, title = self._ids[number], self._titles[number]
        found = sum_document(document_id, title, record=data, text=text)
        if self._soundness is not None and found != int(self.document_sums[number]):
            raise IndexDamagedError(self._soundness.folder, f"document {number} is not what was written")
        record = _decoder.decode(data)
        return Document(
            document_id=document_id,
            title=title,
            text=decode_text(text),
            source=record.source,
            media_type=record.media_type,
            sections=record.sections,
            pages=record.pages,
            is_atomic=bool(self.atomic_flags[number]),
        )
