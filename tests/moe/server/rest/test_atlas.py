"""The graph of an index over HTTP."""

import pytest

ATLAS = "/api/v1/atlas"


@pytest.fixture(scope="module")
def kept(keyed):
    """A collection of Ann's."""
    texts = {"mill.md": "The mill was restored by Ada Brook.", "quay.md": "In spring Ada Brook paid for the quay."}
    texts["wells.csv"] = "name,lat,lon\nOlaf,57.5,-4.2\nNinian,157,-4.5\n"
    files = [("files", (name, text)) for name, text in texts.items()]
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        assert ann.post("/api/v1/collections?wait=60", data={"name": "atlas"}, files=files).status_code == 200
        yield ann
        ann.delete("/api/v1/collections/atlas")


def test_a_collections_graph_is_looked_at_searched_and_walked(kept):
    whole = kept.get(ATLAS, params={"collection": "atlas"}).json()
    assert [node["text"] for node in whole["nodes"] if node["kind"] == "entity"] == ["Ada Brook"]
    places = {(node["x"], node["y"]) for node in whole["nodes"]}
    assert len(places) == len(whole["nodes"]) > 1
    assert whole == kept.get(ATLAS, params={"collection": "atlas"}).json()  # the same picture at every look
    found = kept.get(f"{ATLAS}/search", params={"text": "ada brook", "collection": "atlas", "limit": 1}).json()
    (entity,) = found["nodes"]
    assert (entity["x"], entity["y"]) == (None, None)  # of a part that belongs into another drawing
    assert (entity["kind"], found["total"] > 1, found["is_cut"]) == ("entity", True, True)
    around = kept.get(f"{ATLAS}/neighbours", params={"node": entity["id"], "collection": "atlas"}).json()
    assert {node["document"] for node in around["nodes"]} == {"", "mill.md", "quay.md"}
    ends = {"begin": "document:mill.md", "end": "document:quay.md", "collection": "atlas"}
    way = kept.get(f"{ATLAS}/path", params=ends).json()
    assert [node["kind"] for node in way["nodes"]] == ["document", "passage", "entity", "passage", "document"]


def test_what_of_a_collection_lies_where_is_told(kept):
    told = kept.get(f"{ATLAS}/places", params={"collection": "atlas"}).json()
    [place] = told["places"]
    assert [place[key] for key in ("label", "latitude", "longitude")] == ["Olaf", 57.5, -4.2]
    assert place["document"] == "wells.csv"
    assert (told["unmapped"], told["is_cut"]) == (1, False)
    around = kept.get(f"{ATLAS}/neighbours", params={"node": place["node"], "collection": "atlas"}).json()
    assert around["nodes"][0]["document"] == "wells.csv"
    assert kept.get(f"{ATLAS}/places", params={"collection": "atlas", "text": "mill"}).json()["places"] == []


def test_another_keys_collection_has_no_graph(kept, keyed):
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.bob}"}) as bob:
        nodes = {"node": "document:mill.md"}
        for path, more in (("", {}), ("/search", {"text": "ada"}), ("/places", {}), ("/neighbours", nodes)):
            told = bob.get(f"{ATLAS}{path}", params={"collection": "atlas", **more})
            assert (told.status_code, told.json()["code"]) == (404, "name_unknown")


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("", {}, 422, "document"),  # nothing is indexed in this project
        ("", {"limit": 0}, 422, "invalid_request"),
        ("/search", {}, 422, "invalid_request"),
        ("/search", {"text": "a", "collection": "../../etc"}, 404, "name_unknown"),
        ("/neighbours", {"node": "x" * 2000}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_shown_is_told(client, path, params, status, code):
    told = client.get(f"{ATLAS}{path}", params=params)
    assert (told.status_code, told.json()["code"]) == (status, code), told.text


def test_a_node_that_is_not_there_is_told(kept):
    told = kept.get(f"{ATLAS}/neighbours", params={"node": "document:nil", "collection": "atlas"})
    assert (told.status_code, told.json()["code"]) == (404, "name_unknown")
