"""The read side: passages, documents and tables over arrays, in memory or mapped from a file."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property
from hashlib import blake2b

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.content_sums import sum_document, sum_passage
from moe.knowledge.index.format.files import IndexDamagedError
from moe.knowledge.index.format.layout import TEXT, DocumentRecord
from moe.knowledge.index.format.lazy import LazySequence
from moe.knowledge.index.format.postings import Arrays, Numbers, Rows, take_postings
from moe.knowledge.index.format.soundness import Soundness
from moe.knowledge.index.format.strings import IdTable, decode_text, take_strings
from moe.knowledge.index.format.tokens import TokenBatch, take_tokens, take_words
from moe.knowledge.loading.passages import find_passage_place, make_passage_id
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.evidence import Document, Page, Passage

FINGERPRINT_BYTES = 16  # of a hash that tells sets of documents apart: no two ever meet by chance
_MOST_COMPARED = 20_000  # ids, when a mistyped one is looked for
_decoder = msgspec.json.Decoder(DocumentRecord)


class PassageIndex:
    """Everything that is known of a set of documents. Never changes; safe to share between threads.

    Passages and documents have numbers from 0, in a fixed order; a document's passages follow one another.

    Attributes:
        terms: Key of a stem -> passages, with count and flags (`moe.knowledge.analysis.entries`).
        names: Key of a name -> passages that go by it, with the weight, 1 to `WEIGHT_SCALE`.
        phrases: Key of a capitalised phrase -> passages that hold it, with 1 where it stands in the lead.
        words: All different words.
        lengths: Terms of each passage, int32.
        phrase_rows: Of each passage the phrases that it holds.
        idf: Inverse document frequency of each term, float32.
        lower_shares: Of the passages with each term, those that write it in lower case somewhere, float32.
        name_terms: Of each passage the terms of the name that it most surely goes by.
        name_idf: Of each passage the idf of these together, float32.
        mean_length: Of the passages; 0.0 without any.
    """

    def __init__(self, arrays: Arrays, *, fingerprint: str = "", soundness: Soundness | None = None) -> None:
        """Read arrays as an index.

        Args:
            arrays: By name.
            fingerprint: Of the files that they are mapped from; "" has it made of the texts when it is asked for.
            soundness: Of these files; None for arrays that were made in memory.
        """
        self.arrays = arrays
        self._soundness = soundness
        self._fingerprint = fingerprint
        self.terms = take_postings(arrays, "terms")
        self.names = take_postings(arrays, "names")
        self.phrases = take_postings(arrays, "phrases")
        self.lengths: Numbers = arrays["passages.lengths"]
        self.idf: NDArray[np.float32] = arrays["terms.idf"]
        self.lower_shares: NDArray[np.float32] = arrays["terms.lower_shares"]
        self.name_terms = Rows(starts=arrays["name_terms_of.starts"], rows=arrays["name_terms_of.rows"])
        self.name_idf: NDArray[np.float32] = arrays["passages.name_idf"]
        self.words = take_words(arrays)
        self._tokens = take_tokens(arrays)
        self.phrase_rows = Rows(starts=arrays["phrases_of.starts"], rows=arrays["phrases_of.rows"])
        self._text = arrays[TEXT].data
        self._text_starts, self._text_ends = arrays["passages.text_starts"], arrays["passages.text_ends"]
        self._starts, self._ends = arrays["passages.starts"], arrays["passages.ends"]
        self._documents_of: Numbers = arrays["passages.documents"]
        self._sections = take_strings(arrays, "passages.sections")
        self._first_passages: Numbers = arrays["documents.passages"]
        self._document_starts = arrays["documents.text_starts"]
        self._is_atomic = arrays["documents.is_atomic"]
        self._passage_sums, self._document_sums = arrays["passages.checksums"], arrays["documents.checksums"]
        self._ids = take_strings(arrays, "documents.ids")
        self._titles = take_strings(arrays, "documents.titles")
        self._records = take_strings(arrays, "documents.records")
        self._by_id = IdTable(keys=arrays["documents.id_keys"], numbers=arrays["documents.id_numbers"])
        length = int(arrays["total_length"][0])
        self.mean_length = length / len(self) if len(self) else 0.0

    def __repr__(self) -> str:
        return f"<PassageIndex of {len(self._ids)} documents, {len(self)} passages>"

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def fingerprint(self) -> str:
        """Tells whether two indexes hold the same documents: equal when opened from the same files or texts."""
        if self._fingerprint:
            return self._fingerprint
        digest = blake2b(self._text, digest_size=FINGERPRINT_BYTES)
        for name in ("documents.ids.data", "passages.starts", "passages.ends"):
            digest.update(np.ascontiguousarray(self.arrays[name]).data)
        return digest.hexdigest()

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """All passages; each is put together when asked for."""
        return LazySequence(len(self), self.get_passage)

    @cached_property
    def documents(self) -> Sequence[Document]:
        """All documents; each is put together when asked for."""
        return LazySequence(len(self._ids), self._get_document)

    def get_passage(self, number: int) -> Passage:
        """The passage of that number."""
        document = int(self._documents_of[number])
        document_id, ordinal = self._ids[document], number - int(self._first_passages[document]) + 1
        return Passage(
            passage_id=make_passage_id(document_id, ordinal, is_atomic=bool(self._is_atomic[document])),
            document_id=document_id,
            title=self._titles[document],
            section=self._sections[number],
            start=int(self._starts[number]),
            end=int(self._ends[number]),
            text=self.text_of(number),
        )

    def get_sound_passage(self, number: int) -> Passage:
        """The passage of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """
        passage = self.get_passage(number)
        if self._soundness is not None and sum_passage(passage) != int(self._passage_sums[number]):
            raise IndexDamagedError(self._soundness.folder, f"passage {number} is not what was written")
        return passage

    def check(self) -> None:
        """Compare everything with its checksums, unless that was done before.

        Raises:
            IndexDamagedError: Something is not what was written.
        """
        if self._soundness is not None:
            self._soundness.check()

    def text_of(self, number: int) -> str:
        """A passage's text."""
        return decode_text(bytes(self._text[int(self._text_starts[number]) : int(self._text_ends[number])]))

    def texts_of(self, numbers: NDArray[np.int64]) -> list[str]:
        """The texts of many passages; quicker than one by one."""
        spans = zip(self._text_starts[numbers].tolist(), self._text_ends[numbers].tolist(), strict=True)
        return [str(self._text[begin:end], "utf-8", "surrogatepass") for begin, end in spans]

    def is_untitled(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the documents of these passages have no title."""
        documents = self._documents_of[numbers]
        return np.asarray(self._titles.starts[documents + 1] == self._titles.starts[documents])

    @cached_property
    def titled_share(self) -> float:
        """Documents with a title, for each passage: 1 where every passage goes by a title of its own."""
        return float(np.count_nonzero(np.diff(self._titles.starts))) / max(1, len(self))

    def passages_of(self, document: int) -> range:
        """The numbers of a document's passages."""
        return range(int(self._first_passages[document]), int(self._first_passages[document + 1]))

    def phrases_of(self, number: int) -> Numbers:
        """The rows of `phrases` that a passage is in, ascending."""
        return self.phrase_rows.of(number)

    def read_tokens(self, numbers: Sequence[int] | Numbers) -> TokenBatch:
        """The words of some passages, title and section included."""
        return self._tokens.read(numbers)

    def find_number(self, passage_id: str) -> int | None:
        """The number of the passage of that id, or None."""
        for document_id, ordinal, is_atomic in find_passage_place(passage_id):
            document = self.find_document_number(document_id)
            if document is not None and bool(self._is_atomic[document]) == is_atomic:
                numbers = self.passages_of(document)
                if ordinal <= len(numbers):
                    return numbers[ordinal - 1]
        return None

    def find_document_number(self, document_id: str) -> int | None:
        """The number of the document of that id, or None."""
        return self._by_id.find(document_id, self._ids)

    def get_document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknownError: There is none; near misses are named.
        """
        number = self.find_document_number(document_id)
        if number is None:
            raise NameUnknownError("document", document_id, near=self._find_near(document_id))
        return self._get_document(number)

    def _get_document(self, number: int) -> Document:
        data = self._records.get_bytes(number)
        begin, end = int(self._document_starts[number]), int(self._document_starts[number + 1])
        text = bytes(self._text[begin:end])
        document_id, title = self._ids[number], self._titles[number]
        found = sum_document(document_id, title, record=data, text=text)
        if self._soundness is not None and found != int(self._document_sums[number]):
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
            is_atomic=bool(self._is_atomic[number]),
        )

    def pages_of(self, document: int) -> tuple[Page, ...]:
        """Where a document's pages begin."""
        return _decoder.decode(self._records.get_bytes(document)).pages

    def _find_near(self, document_id: str) -> list[str]:
        ids = [self._ids[number] for number in range(len(self._ids))]
        ending = [known for known in ids if known.endswith("/" + document_id)]
        if len(ids) > _MOST_COMPARED:
            ids = [known for known in ids if known[:2] == document_id[:2] or known[-4:] == document_id[-4:]]
        close = get_close_matches(document_id, ids[:_MOST_COMPARED], n=3, cutoff=0.6)
        return list(dict.fromkeys(ending + close))[:3]
