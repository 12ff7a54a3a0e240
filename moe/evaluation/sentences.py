"""The sentences of a corpus by number: as its lines give them, else by moe's own rules."""

import json
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path

from moe.knowledge.loading.file_formats import FileFormats
from moe.knowledge.loading.sources import find_sources
from moe_core.contracts.evidence import Library
from moe_core.files.regular import open_regular
from moe_core.text.sentences import split_sentences

Span = tuple[int, int]


class SentenceBook:
    """Where the sentences of documents begin and end."""

    def __init__(self, library: Library, given: dict[str, list[str]]) -> None:
        """Take the documents, and the sentences of those that come with them.

        Args:
            library: The documents.
            given: By document, its sentences in order.
        """
        self._library = library
        self._given = given
        self._spans: dict[str, list[Span]] = {}

    def find_sentences(self, document_id: str, start: int, end: int) -> list[int]:
        """The numbers, from 0, of the sentences that characters [start, end) of a document touch.

        Raises:
            NameUnknownError: There is no such document.
        """
        spans = self._find_spans(document_id)
        return [number for number, (first, stop) in enumerate(spans) if first < end and start < stop]

    def _find_spans(self, document_id: str) -> list[Span]:
        if document_id not in self._spans:
            text = self._library.get_document(document_id).text
            given = self._given.get(document_id)
            self._spans[document_id] = split_sentences(text) if given is None else _place(given, text)
        return self._spans[document_id]


def read_given_sentences(corpus: str, formats: FileFormats) -> dict[str, list[str]]:
    """By the id of a corpus line its "sentences", for the lines that have them.

    Raises:
        DocumentError: There is no such corpus.
    """
    given: dict[str, list[str]] = {}
    for file in find_sources([corpus], formats=formats).files:
        if file.path.suffix.lower() == ".jsonl":
            given.update(_read_lines(file.path))
    return given


def _read_lines(path: Path) -> Iterable[tuple[str, list[str]]]:
    with TextIOWrapper(open_regular(path), encoding="utf-8-sig", errors="replace") as lines:
        for line in lines:
            if '"sentences"' in line and '"id"' in line:
                row = json.loads(line)
                if isinstance(row.get("sentences"), list):
                    yield str(row["id"]), [str(sentence) for sentence in row["sentences"]]


def _place(sentences: Iterable[str], text: str) -> list[Span]:
    """Each sentence's characters in the text; nothing of the text for one that is not there."""
    spans, place = [], 0
    for sentence in sentences:
        bare = sentence.strip()
        start = text.find(bare, place)
        if start < 0:
            spans.append((place, place))
            continue
        place = start + len(bare)
        spans.append((start, place))
    return spans
