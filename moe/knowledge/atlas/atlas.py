"""Looking at the graph of an index: its widest part, what a search finds, what lies around a node, and ways."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from moe.contracts.atlas import AtlasEdge, AtlasNode, AtlasPlaces, AtlasView
from moe.knowledge.analysis.keys import make_name_key
from moe.knowledge.analysis.words import read_words
from moe.knowledge.atlas.nodes import HOLDERS_MAX, HOLDERS_MIN, AtlasNodes
from moe.knowledge.atlas.places import list_located, locate_passages
from moe.knowledge.atlas.ways import find_way
from moe.knowledge.graph.layout import find_places
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.store import IndexStore
from moe_core.contracts.errors import DocumentError

_LONGEST_NAME = 6  # words of a question that are looked up as one name
_ENTITY_SHARE = 0.5  # of the overview; the rest are the documents that write them
_MOST_TITLES = 200_000  # documents whose names are looked through

Place = tuple[str, int]


class IndexAtlas:
    """The graph of one index: documents hold passages, and passages write entities."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._nodes = AtlasNodes(index)

    def __repr__(self) -> str:
        return f"<IndexAtlas of {self._index!r}>"

    def look_over(self, *, limit: int) -> AtlasView:
        """The entities that most passages write, and the documents that these are in, joined by how often.

        Args:
            limit: Nodes at most.
        """
        rows, total = self._list_widest(max(1, int(limit * _ENTITY_SHARE)))
        counts: Counter[tuple[int, int]] = Counter()
        for row in rows:
            for number in self._nodes.list_holders(row):
                counts[self._nodes.find_document(number), row] += 1
        busiest = Counter[int]()
        for (document, _), times in counts.items():
            busiest[document] += times
        documents = [document for document, _ in busiest.most_common(max(0, limit - len(rows)))]
        shown = frozenset(documents)
        nodes = [*map(self._nodes.describe_entity, rows), *map(self._nodes.describe_document, documents)]
        edges = [
            AtlasEdge(
                source=self._nodes.name("document", document),
                target=self._nodes.name("entity", row),
                kind="mentions",
                weight=float(times),
            )
            for (document, row), times in counts.items()
            if document in shown
        ]
        return self._show(_place(nodes, edges), edges, total=total + self._index.document_count)

    def search(self, text: str, *, limit: int) -> AtlasView:
        """Nodes that words lead to: names among them, documents called so, passages that say them.

        Args:
            text: The words.
            limit: Nodes at most.
        """
        names = self._find_named(text)
        documents = self._find_titled(text)
        passages, holding = self._find_passages(text, limit)
        nodes = [
            *(self._nodes.describe_entity(row, 1.0) for row in names[:limit]),
            *(self._nodes.describe_document(number, 1.0) for number in documents[:limit]),
            *(self._nodes.describe_passage(number, score) for number, score in passages),
        ][:limit]
        total = len(names) + len(documents) + holding
        return self._show(nodes, self._join(nodes), total=total)

    def locate(self, text: str, *, limit: int) -> AtlasPlaces:
        """Where rows with coordinates lie: all of them, or those of passages that say some words.

        Args:
            text: The words; "" for all.
            limit: Places at most.
        """
        located = list_located(self._index)
        if text:
            able = frozenset(located)
            found, _ = self._find_passages(text, len(self._index))
            located = (number for number, _ in found if number in able)
        return locate_passages(self._index, self._nodes, located, limit=limit)

    def look_around(self, node_id: str, *, limit: int, offset: int = 0) -> AtlasView:
        """A node, and those that it is joined to.

        Args:
            node_id: The node's.
            limit: Of those others at most.
            offset: So many of them are passed over.

        Raises:
            NameUnknownError: There is none of that id.
        """
        place = self._nodes.find(node_id)
        around = self._list_around([place])[place]
        shown = [place, *around[offset : offset + limit]]
        nodes = [self._describe(one) for one in shown]
        return self._show(nodes, self._join(nodes), total=1 + len(around))

    def find_way(self, begin: str, end: str) -> AtlasView:
        """The shortest way between two nodes; no nodes where there is none, or none was found in time.

        Raises:
            NameUnknownError: One of them is not there.
        """
        way = find_way(self._nodes.find(begin), self._nodes.find(end), self._list_around)
        nodes = [self._describe(one) for one in way.places]
        view = self._show(nodes, self._join(nodes), total=len(nodes))
        return AtlasView(
            nodes=view.nodes,
            edges=view.edges,
            total=view.total,
            documents=view.documents,
            passages=view.passages,
            is_cut=way.is_cut,
        )

    def _show(self, nodes: Sequence[AtlasNode], edges: Iterable[AtlasEdge], *, total: int) -> AtlasView:
        return AtlasView(
            nodes=tuple(nodes),
            edges=tuple(edges),
            total=total,
            documents=self._index.document_count,
            passages=len(self._index),
            is_cut=len(nodes) < total,
        )

    def _describe(self, place: Place) -> AtlasNode:
        kind, number = place
        if kind == "document":
            return self._nodes.describe_document(number)
        return self._nodes.describe_passage(number) if kind == "passage" else self._nodes.describe_entity(number)

    def _list_around(self, places: Sequence[Place]) -> Mapping[Place, list[Place]]:
        """What each of these is joined to; a document to its passages, a passage to its entities and its document."""
        numbers = [number for kind, number in places if kind == "passage"]
        entities = self._nodes.read_entities(numbers)
        found: dict[Place, list[Place]] = {}
        for kind, number in places:
            if kind == "document":
                found[kind, number] = [("passage", one) for one in self._index.passages_of(number)]
            elif kind == "entity":
                found[kind, number] = [("passage", one) for one in self._nodes.list_holders(number)]
            else:
                own = ("document", self._nodes.find_document(number))
                found[kind, number] = [own, *(("entity", row) for row in entities[number])]
        return found

    def _join(self, nodes: Sequence[AtlasNode]) -> Iterator[AtlasEdge]:
        """The edges between these nodes."""
        known = {node.id for node in nodes}
        passages = [number for node in nodes if node.kind == "passage" for _, number in [self._nodes.find(node.id)]]
        for (_, number), around in self._list_around([("passage", number) for number in passages]).items():
            passage = self._nodes.name("passage", number)
            for kind, other in around:
                end = self._nodes.name(kind, other)
                if end in known and kind == "document":
                    yield AtlasEdge(source=end, target=passage, kind="holds")
                elif end in known:
                    yield AtlasEdge(source=passage, target=end, kind="mentions")

    def _list_widest(self, most: int) -> tuple[list[int], int]:
        """The entities of most passages, and how many phrases several passages write."""
        sizes = self._index.phrases.sizes(np.arange(len(self._index.phrases)))
        rows = np.flatnonzero((sizes >= HOLDERS_MIN) & (sizes <= HOLDERS_MAX))
        ordered = rows[np.lexsort((rows, -sizes[rows]))].tolist()
        found: list[int] = []
        for begin in range(0, len(ordered), max(1, most)):
            some = ordered[begin : begin + most]
            names = self._nodes.name_entities(some)
            found += [row for row in some if row in names]
            if len(found) >= most:
                break
        return found[:most], len(rows)

    def _find_named(self, text: str) -> list[int]:
        """The entities that words in a row name, those of most words first."""
        keys = [word.key for word in read_words(text)]
        spans = [
            make_name_key(keys[first : first + count])
            for count in range(min(_LONGEST_NAME, len(keys)), 0, -1)
            for first in range(len(keys) - count + 1)
        ]
        rows = [row for row in (self._index.phrases.find(key) for key in spans) if row >= 0]
        return list(self._nodes.name_entities(rows))

    def _find_titled(self, text: str) -> list[int]:
        """The documents whose id has the text in it."""
        wanted = text.strip().casefold()
        count = min(self._index.document_count, _MOST_TITLES)
        return [n for n in range(count) if wanted in self._index.get_document_id(n).casefold()] if wanted else []

    def _find_passages(self, text: str, limit: int) -> tuple[list[tuple[int, float]], int]:
        """The passages that say most of the words, by how rare these are, the best with 1; and how many say any."""
        keys = dict.fromkeys(word.term_key for word in read_words(text) if word.term_key)
        rows = [row for row in self._index.terms.find_many(list(keys)).tolist() if row >= 0]
        if not rows:
            return [], 0
        places, members, _ = self._index.terms.gather(np.array(rows))
        weights = np.maximum(self._index.idf_of(np.array(rows)), 1e-6)[places]
        numbers, at = np.unique(members, return_inverse=True)
        scores = np.bincount(at, weights=weights)
        order = np.lexsort((numbers, -scores))[:limit]
        best = float(scores[order[0]])
        return [(int(numbers[place]), float(scores[place]) / best) for place in order], len(numbers)


def open_atlas(store: IndexStore) -> IndexAtlas:
    """The graph of an index.

    Raises:
        DocumentError: Nothing is indexed.
        StorageError: The index is damaged.
    """
    index = store.open()
    if index is None:
        raise DocumentError("no documents are indexed", path="", hint="moe index add PATH, or ask for a collection's")
    return IndexAtlas(index)


def _place(nodes: Sequence[AtlasNode], edges: Sequence[AtlasEdge]) -> list[AtlasNode]:
    """The nodes with their places in a drawing of these alone."""
    places = find_places([node.id for node in nodes], [(edge.source, edge.target) for edge in edges])
    return [replace(node, x=places[node.id][0], y=places[node.id][1]) if node.id in places else node for node in nodes]
