"""The graph of an index: what is in it, and what leads where."""

import pytest

from moe.knowledge.atlas.atlas import IndexAtlas
from moe.knowledge.atlas.ways import find_way
from moe.knowledge.index.update.builder import build_index
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.evidence import Document

TEXTS = {
    "mill.md": "The tide mill at Carrow was restored by Ada Brook.",
    "quay.md": "In spring Ada Brook also paid for the quay. Jo Lint built the quay.",
    "light.md": "Years ago Jo Lint lit the harbour light.",
    "gulls.md": "Gulls eat fish.",
}


@pytest.fixture(scope="module")
def atlas():
    documents = [Document(document_id=name, title="", text=text, source=name) for name, text in TEXTS.items()]
    return IndexAtlas(build_index(documents))


def named(view):
    return [(node.kind, node.text) for node in view.nodes]


def test_the_overview_joins_names_to_the_documents_that_write_them(atlas):
    view = atlas.look_over(limit=10)
    names = {node.text: node for node in view.nodes if node.kind == "entity"}
    assert set(names) == {"Ada Brook", "Jo Lint"}  # not what one passage writes
    joined = {(edge.source, edge.target) for edge in view.edges}
    assert {source for source, target in joined if target == names["Ada Brook"].id} == {
        "document:mill.md",
        "document:quay.md",
    }
    assert (view.documents, view.passages) == (4, 4)
    small = atlas.look_over(limit=2)
    assert (len(small.nodes), small.total, small.is_cut) == (2, view.total, True)


def test_a_search_finds_names_documents_and_passages(atlas):
    assert named(atlas.search("Who is Ada Brook?", limit=10))[0] == ("entity", "Ada Brook")
    assert [node.id for node in atlas.search("LIGHT.md", limit=1).nodes] == ["document:light.md"]
    fish = atlas.search("fish", limit=10)
    assert [(node.document, node.score) for node in fish.nodes] == [("gulls.md", 1.0)]
    assert atlas.search("nowhere", limit=10).total == 0
    assert atlas.search("?", limit=10).nodes == ()


def test_what_lies_around_a_node_is_told_with_how_much_there_is(atlas):
    (entity,) = (node for node in atlas.look_over(limit=10).nodes if node.text == "Jo Lint")
    view = atlas.look_around(entity.id, limit=1)
    assert (len(view.nodes), view.total, view.is_cut, entity.degree) == (2, 3, True, 2)
    rest = atlas.look_around(entity.id, limit=1, offset=1)
    assert {view.nodes[1].document, rest.nodes[1].document} == {"quay.md", "light.md"}
    passage = view.nodes[1]
    around = atlas.look_around(passage.id, limit=10)
    assert around.total == passage.degree + 1
    assert ("document", passage.document) in {(node.kind, node.document) for node in around.nodes}
    assert {(edge.kind) for edge in around.edges} == {"holds", "mentions"}


def test_a_way_leads_from_one_end_to_the_other_over_what_joins_them(atlas):
    way = atlas.find_way("document:mill.md", "document:light.md")
    assert [node.text for node in way.nodes if node.kind == "entity"] == ["Ada Brook", "Jo Lint"]
    assert (way.nodes[0].id, way.nodes[-1].id) == ("document:mill.md", "document:light.md")
    assert len(way.edges) == len(way.nodes) - 1
    assert atlas.find_way("document:mill.md", "document:mill.md").nodes[0].id == "document:mill.md"
    assert atlas.find_way("document:mill.md", "document:gulls.md").nodes == ()


@pytest.mark.parametrize(
    "node", ["document:mil.md", "passage:x", "passage:-1", "entity:zz", "entity:-1", "entity:f" * 9, "x"]
)
def test_a_node_that_is_none_is_told(atlas, node):
    with pytest.raises(NameUnknownError, match="node"):
        atlas.look_around(node, limit=1)


def test_a_way_is_the_shortest_and_is_given_up_in_time():
    def ring(places):
        return {(kind, n): [(kind, (n + 1) % 100_000), (kind, (n - 1) % 100_000)] for kind, n in places}

    assert [n for _, n in find_way(("p", 0), ("p", 4), ring).places] == [0, 1, 2, 3, 4]
    assert [n for _, n in find_way(("p", 0), ("p", 99_998), ring).places] == [0, 99_999, 99_998]
    given_up = find_way(("p", 0), ("p", 50_000), ring)
    assert (given_up.places, given_up.is_cut) == ((), True)


WELLS = """name: Olaf; kind: deep; lat: 57.5; lon: -4.2
name: Ninian; kind: dry; lat: 157; lon: -4.5
name: Muriel; kind: deep; lat: n/a; lon: n/a"""


@pytest.fixture(scope="module")
def wells():
    texts = {
        "gulls.md": "Gulls eat fish.",
        "wells.csv": WELLS,
        "quays.md": "# Quays\n\n| Quay | Lat | Long |\n|---|---|---|\n| North quay | 57.1 N | 4.25 W |\n",
    }
    documents = [
        Document(document_id=name, title="", text=text, source=name, media_type="text/csv" if "csv" in name else "")
        for name, text in texts.items()
    ]
    return IndexAtlas(build_index(documents))


def test_rows_with_coordinates_are_places_of_their_passages(wells):
    found = wells.locate("", limit=10)
    assert [(one.label, one.latitude, one.longitude, one.document) for one in found.places] == [
        ("Olaf", 57.5, -4.2, "wells.csv"),
        ("North quay", 57.1, -4.25, "quays.md"),
    ]
    assert (found.unmapped, found.is_cut) == (1, False)
    assert {node.id for node in wells.search("Olaf", limit=9).nodes} >= {found.places[0].node}
    assert wells.locate("", limit=1).is_cut


@pytest.mark.parametrize("names", ["geoLat: 57.5; geoLng: -4.2", "stopLatitude: 57.5; stopLongitude: -4.2"])
def test_columns_whose_names_are_joined_by_a_capital_are_found(names):
    text = f"name: Olaf; {names}"
    document = Document(document_id="w.csv", title="", text=text, source="w.csv", media_type="text/csv")
    found = IndexAtlas(build_index([document])).locate("", limit=10)
    assert [(one.label, one.latitude, one.longitude) for one in found.places] == [("Olaf", 57.5, -4.2)]


def test_a_search_shows_the_places_of_what_it_finds(wells, atlas):
    assert [one.label for one in wells.locate("quay", limit=10).places] == ["North quay"]
    assert wells.locate("fish", limit=10).places == ()
    assert atlas.locate("", limit=10).places == ()
