"""The read side: what is known of a set of documents, whichever files it lies in."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.lazy import LazySequence
from moe.knowledge.index.format.postings import Keys, MemberRows, Numbers, PostingsTable
from moe.knowledge.index.format.tokens import TokenBatch, Words
from moe.knowledge.loading.passages import find_passage_place
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.evidence import Document, Page, Passage
from moe_kit.retrieval.bm25 import measure_damping

FINGERPRINT_BYTES = 16  # of a hash that tells sets of documents apart: no two ever meet by chance
_MOST_COMPARED = 20_000  # ids, when a mistyped one is looked for


class PassageIndex(ABC):
    """Everything that is known of a set of documents. Never changes; safe to share between threads.

    Passages and documents have numbers from 0, in a fixed order; a document's passages follow one another. What is
    found does not hang on the files that the index lies in, but rows of tables have other numbers.

    Attributes:
        terms: Key of a stem -> passages, with count and flags (`moe.knowledge.analysis.entries`).
        names: Key of a name -> passages that go by it, with the weight, 1 to `WEIGHT_SCALE`.
        phrases: Key of a capitalised phrase -> passages that hold it, with 1 where it stands in the lead.
        words: All different words.
        phrase_rows: Of each passage the phrases that it holds.
        name_terms: Of each passage the terms of the name that it most surely goes by.
        total_length: Terms of all passages.
    """

    terms: PostingsTable
    names: PostingsTable
    phrases: PostingsTable
    words: Words
    phrase_rows: MemberRows
    name_terms: MemberRows
    total_length: int

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.document_count} documents, {len(self)} passages>"

    @abstractmethod
    def __len__(self) -> int:
        """How many passages there are."""

    @property
    @abstractmethod
    def document_count(self) -> int:
        """How many documents there are."""

    @property
    @abstractmethod
    def lengths(self) -> Numbers:
        """Terms of each passage, int32."""

    @cached_property
    def mean_length(self) -> float:
        """Terms of a passage; 0.0 without any."""
        return self.total_length / len(self) if len(self) else 0.0

    @cached_property
    def damping(self) -> NDArray[np.float64]:
        """What BM25 holds counts of terms against, for each passage."""
        return measure_damping(self.lengths, self.mean_length)

    @cached_property
    def fingerprint(self) -> str:
        """Tells whether two indexes hold the same documents."""
        digest = blake2b(digest_size=FINGERPRINT_BYTES)
        for column in self.list_checksums():
            digest.update(len(column).to_bytes(8, "little"))
            digest.update(np.ascontiguousarray(column).data)
        return digest.hexdigest()

    @abstractmethod
    def list_checksums(self) -> Sequence[NDArray[Any]]:
        """Columns of what tells documents and passages from others."""

    @abstractmethod
    def count_titled(self) -> int:
        """How many documents have a title."""

    @cached_property
    def titled_share(self) -> float:
        """Documents with a title, for each passage: 1 where every passage goes by a title of its own."""
        return self.count_titled() / max(1, len(self))

    @abstractmethod
    def idf_of(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Inverse document frequency of terms, by their rows."""

    @abstractmethod
    def lower_share_of(self, row: int) -> float:
        """Of the passages with a term, the share that writes it in lower case somewhere."""

    @abstractmethod
    def name_idf_of(self, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """Of each of some passages the inverse document frequency of its `name_terms` together."""

    @cached_property
    def passages(self) -> Sequence[Passage]:
        """All passages; each is put together when asked for."""
        return LazySequence(len(self), self.get_passage)

    @cached_property
    def documents(self) -> Sequence[Document]:
        """All documents; each is put together when asked for."""
        return LazySequence(self.document_count, self.get_document_at)

    @abstractmethod
    def get_passage(self, number: int) -> Passage:
        """The passage of that number."""

    @abstractmethod
    def get_sound_passage(self, number: int) -> Passage:
        """The passage of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """

    @abstractmethod
    def check(self) -> None:
        """Compare everything with its checksums, unless that was done before.

        Raises:
            IndexDamagedError: Something is not what was written.
        """

    @abstractmethod
    def texts_of(self, numbers: NDArray[np.int64]) -> list[str]:
        """The texts of passages."""

    @abstractmethod
    def is_untitled(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the documents of these passages have no title."""

    @abstractmethod
    def passages_of(self, document: int) -> range:
        """The numbers of a document's passages."""

    def phrases_of(self, number: int) -> NDArray[Any]:
        """The rows of `phrases` that a passage is in, by key."""
        return self.phrase_rows.gather(np.array([number]))[1]

    @abstractmethod
    def read_tokens(self, numbers: Sequence[int] | Numbers) -> TokenBatch:
        """The words of some passages, title and section included."""

    @abstractmethod
    def find_sequence(self, keys: Keys, *, is_capital: NDArray[np.bool_]) -> NDArray[Any]:
        """The passages of all places where words stand in a row; looks at every word of the index.

        Args:
            keys: Of the words.
            is_capital: Which of them must be written with a capital.
        """

    @abstractmethod
    def is_atomic(self, document: int) -> bool:
        """Whether a document is one passage."""

    @abstractmethod
    def get_document_id(self, document: int) -> str:
        """The id of the document of that number."""

    def find_number(self, passage_id: str) -> int | None:
        """The number of the passage of that id, or None."""
        for document_id, ordinal, is_atomic in find_passage_place(passage_id):
            document = self.find_document_number(document_id)
            if document is not None and self.is_atomic(document) == is_atomic:
                numbers = self.passages_of(document)
                if ordinal <= len(numbers):
                    return numbers[ordinal - 1]
        return None

    @abstractmethod
    def find_document_number(self, document_id: str) -> int | None:
        """The number of the document of that id, or None."""

    def get_document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknownError: There is none; near misses are named.
        """
        number = self.find_document_number(document_id)
        if number is None:
            raise NameUnknownError("document", document_id, near=self._find_near(document_id))
        return self.get_document_at(number)

    @abstractmethod
    def get_document_at(self, number: int) -> Document:
        """The document of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """

    @abstractmethod
    def pages_of(self, number: int) -> tuple[Page, ...]:
        """Where the pages of the document of that number begin."""

    def _find_near(self, document_id: str) -> list[str]:
        ids = [self.get_document_id(number) for number in range(self.document_count)]
        ending = [known for known in ids if known.endswith("/" + document_id)]
        if len(ids) > _MOST_COMPARED:
            ids = [known for known in ids if known[:2] == document_id[:2] or known[-4:] == document_id[-4:]]
        close = get_close_matches(document_id, ids[:_MOST_COMPARED], n=3, cutoff=0.6)
        return list(dict.fromkeys(ending + close))[:3]
