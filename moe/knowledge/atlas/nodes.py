"""Nodes of an index's graph: what their ids mean, and what they are called."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from moe.contracts.atlas import AtlasNode
from moe.knowledge.analysis.marks import IS_CAPITAL
from moe.knowledge.graph.links.mentions import NameReader
from moe.knowledge.graph.links.phrase_places import AT, PhraseReader
from moe.knowledge.graph.links.text_batch import TextBatch, read_batch
from moe.knowledge.index.format.index import PassageIndex
from moe_core.contracts.errors import NameUnknownError

HOLDERS_MIN, HOLDERS_MAX = 2, 200  # passages of an entity; as `PhraseReader` takes them
_LABEL_CHARACTERS = 160
_PLACES = [AT["row"], AT["first"], AT["stop"]]
_DOCUMENT, _PASSAGE, _ENTITY = "document:", "passage:", "entity:"

Numbers = NDArray[np.int64]


class AtlasNodes:
    """The nodes of one index. Entities are capitalised phrases that several passages write."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._phrases = PhraseReader(index, NameReader(index))
        self._names: dict[int, str] = {}

    def __repr__(self) -> str:
        return f"<AtlasNodes of {self._index!r}>"

    def find(self, node_id: str) -> tuple[str, int]:
        """A node's kind, and its number: of a document or passage, or an entity's row.

        Raises:
            NameUnknownError: There is none of that id.
        """
        index = self._index
        if node_id.startswith(_DOCUMENT):
            number = index.find_document_number(node_id.removeprefix(_DOCUMENT))
            if number is not None:
                return "document", number
        elif node_id.startswith(_PASSAGE):
            number = index.find_number(node_id.removeprefix(_PASSAGE))
            if number is not None:
                return "passage", number
        elif node_id.startswith(_ENTITY):
            row = self.find_entity(node_id.removeprefix(_ENTITY))
            if row is not None:
                return "entity", row
        raise NameUnknownError("graph_node", node_id, hint="search for it: nodes are gone when their documents are")

    def find_entity(self, key: str) -> int | None:
        """The row of an entity by its key in hexadecimal digits; None for none."""
        try:
            number = int(key, 16)
        except ValueError:
            return None
        row = self._index.phrases.find(number) if 0 <= number < 2**64 else -1
        return row if row >= 0 and self.name_entities([row]) else None

    def name(self, kind: str, number: int) -> str:
        """The id of a node."""
        if kind == "document":
            return f"{_DOCUMENT}{self._index.get_document_id(number)}"
        if kind == "passage":
            return f"{_PASSAGE}{self._index.get_passage(number).passage_id}"
        return f"{_ENTITY}{int(self._index.phrases.keys_of(np.array([number]))[0]):016x}"

    def describe_document(self, number: int, score: float = 0.0) -> AtlasNode:
        """A document as a node."""
        first = next(iter(self._index.passages_of(number)), None)
        title = "" if first is None else self._index.get_passage(first).title
        document_id = self._index.get_document_id(number)
        return AtlasNode(
            id=f"{_DOCUMENT}{document_id}",
            kind="document",
            text=title or document_id,
            degree=len(self._index.passages_of(number)),
            document=document_id,
            score=round(score, 4),
        )

    def describe_passage(self, number: int, score: float = 0.0) -> AtlasNode:
        """A passage as a node."""
        passage = self._index.get_passage(number)
        text = " ".join(passage.text.split())
        is_long = len(text) > _LABEL_CHARACTERS
        return AtlasNode(
            id=f"{_PASSAGE}{passage.passage_id}",
            kind="passage",
            text=f"{text[:_LABEL_CHARACTERS]}…" if is_long else text,
            degree=1 + len(self.read_entities([number])[number]),
            document=passage.document_id,
            start=passage.start,
            end=passage.end,
            score=round(score, 4),
        )

    def describe_entity(self, row: int, score: float = 0.0) -> AtlasNode:
        """An entity as a node."""
        (name,) = self.name_entities([row]).values()
        return AtlasNode(
            id=self.name("entity", row),
            kind="entity",
            text=name,
            degree=self._index.phrases.size(row),
            score=round(score, 4),
        )

    def read_entities(self, numbers: Sequence[int]) -> Mapping[int, list[int]]:
        """By passage the rows of the entities that it writes, in the order in which they first stand there."""
        found: dict[int, list[int]] = {number: [] for number in numbers}
        if not numbers:
            return found
        batch = read_batch(self._index, numbers)
        begins = batch.texts.tokens.starts[:-1].tolist()
        for number, begin, phrases in zip(numbers, begins, self._phrases.read(batch), strict=True):
            for row, first, stop in sorted(phrases.table[:, _PLACES].tolist(), key=itemgetter(1)):
                found[number].append(row)
                if row not in self._names:
                    self._names[row] = self._write(batch, begin + first, begin + stop)
        return found

    def _write(self, batch: TextBatch, first: int, stop: int) -> str:
        """Words as they stand in a text."""
        tokens = batch.texts.tokens
        words, marks = self._index.words.read_strings(tokens.words[first:stop]), tokens.marks[first:stop].tolist()
        return " ".join(
            word[:1].upper() + word[1:] if mark & IS_CAPITAL else word for word, mark in zip(words, marks, strict=True)
        )

    def name_entities(self, rows: Iterable[int]) -> dict[int, str]:
        """The names of entities by row; phrases that are none are left out."""
        wanted = np.array(list(dict.fromkeys(rows)), dtype=np.int64)
        if not len(wanted):
            return {}
        sizes = self._index.phrases.sizes(wanted)
        wanted = wanted[(sizes >= HOLDERS_MIN) & (sizes <= HOLDERS_MAX)]
        unknown = [row for row in wanted.tolist() if row not in self._names]
        if unknown:
            holders, _ = self._index.phrases.find_first(np.array(unknown))
            self.read_entities(list(dict.fromkeys(holders.tolist())))
        return {row: self._names[row] for row in wanted.tolist() if row in self._names}

    def list_holders(self, row: int) -> list[int]:
        """The passages that write an entity, those first that begin with it."""
        members, in_lead = self._index.phrases.row(row)
        order = np.lexsort((members, -np.asarray(in_lead, dtype=np.float64)))
        return [int(number) for number in members[order]]

    def find_document(self, passage: int) -> int:
        """The document of a passage."""
        number = self._index.find_document_number(self._index.get_passage(passage).document_id)
        if number is None:
            raise NameUnknownError("document", self._index.get_passage(passage).document_id)
        return number
