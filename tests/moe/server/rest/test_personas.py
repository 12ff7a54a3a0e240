"""The experts over HTTP: how they did, and changes of them."""

import pytest

from served_project import QUESTION, ServedProject

PERSONAS = "/api/v1/personas"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project whose personas may be changed."""
    project = ServedProject(tmp_path_factory.mktemp("personas"))
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture(scope="module")
def client(project):
    with project.open_client() as client:
        yield client


def test_the_board_tells_of_each_expert_how_often_it_was_woken_and_why_it_stands_there(client):
    before = client.get("/api/v1/experts").json()
    run = client.post("/run", json=QUESTION).json()["run_id"]
    board = client.get("/api/v1/experts").json()
    assert {card["name"] for card in board["experts"]} == {
        persona["name"] for persona in client.get(PERSONAS).json()["personas"]
    }
    assert board["searches"] > before["searches"]
    (busy,) = (card for card in board["experts"] if card["use"]["chosen"])
    assert busy["use"]["share"] == 1.0
    assert busy["use"]["score"]["low"] <= busy["use"]["score"]["mean"] <= busy["use"]["score"]["high"]
    assert busy["rule"] == "as bundled brings it"
    report = client.get(f"{PERSONAS}/{busy['name']}").json()
    assert report["card"] == busy
    assert (report["best"][0]["run_id"], report["best"][0]["question"]) == (run, QUESTION["question"])
    later = client.get("/api/v1/experts?since=99999999999").json()
    assert (later["searches"], {card["use"]["chosen"] for card in later["experts"]}) == (0, {0})


def test_a_persona_is_retired_with_its_reason_and_put_back(client):
    moved = client.post(f"{PERSONAS}/auditor/move", json={"to": "pruned", "reason": "found nothing"}).json()
    assert (moved["after"], moved["reason"]) == ("pruned", "found nothing")
    report = client.get(f"{PERSONAS}/auditor").json()
    assert (report["card"]["tier"], report["card"]["rule"], report["history_total"]) == ("pruned", "found nothing", 1)
    again = client.post(f"{PERSONAS}/auditor/move", json={"to": "pruned"})
    assert (again.status_code, again.json()["code"]) == (409, "request")
    back = client.post(f"{PERSONAS}/auditor/move", json={"to": moved["before"], "reason": "undone"}).json()
    assert (back["before"], back["after"]) == ("pruned", moved["before"])
    assert [one["data"]["reason"] for one in client.get(f"{PERSONAS}/auditor").json()["history"]] == [
        "undone",
        "found nothing",
    ]


def test_a_persona_that_is_made_walks_in_the_next_run(client):
    client.post("/run", json=QUESTION)  # the worker has opened the project, before there was that persona
    wish = {"name": "lawyer", "like": "auditor", "traits": {"depth": 8}, "expertise": ["contracts", "law"]}
    made = client.post(PERSONAS, json=wish)
    assert made.status_code == 201, made.text
    persona = made.json()["persona"]
    assert (persona["traits"]["depth"], persona["expertise"], persona["metadata"]["parent"]) == (
        8,
        ["contracts", "law"],
        "auditor",
    )
    assert made.json()["card"]["tier"] == "experimental"
    run = client.post("/run", json={**QUESTION, "personas": ["lawyer"]}).json()
    assert run["status"] == "done"
    use = client.get(f"{PERSONAS}/lawyer").json()["card"]["use"]
    assert use["chosen"] >= 1
    edited = client.post(f"{PERSONAS}/lawyer/edit", json={"description": "reads contracts", "traits": {"breadth": 2}})
    assert edited.json()["persona"]["traits"] | {"depth": 8, "breadth": 2} == edited.json()["persona"]["traits"]
    assert edited.json()["card"]["description"] == "reads contracts"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("", {"name": "x/../y"}, 422, "persona"),
        ("", {"name": "auditor"}, 409, "request"),
        ("", {"name": "new", "like": "auditer"}, 404, "name_unknown"),
        ("", {"name": "new", "traits": {"depth": 10}}, 422, "persona"),
        ("", {"name": "new", "traits": {"depth": "deep"}}, 422, "invalid_request"),
        ("", {"name": "new", "traversal": "lense"}, 404, "name_unknown"),
        ("", {"name": "new", "cost": 1}, 422, "invalid_request"),
        ("/auditer/edit", {}, 404, "name_unknown"),
        ("/auditor/edit", {"activation_cost": -1.0}, 422, "persona"),
        ("/auditer/move", {"to": "active"}, 404, "name_unknown"),
        ("/auditor/move", {"to": "deleted"}, 422, "invalid_request"),
    ],
)
def test_what_is_no_change_of_a_persona_is_told(client, path, body, status, code):
    told = client.post(f"{PERSONAS}{path}", json=body)
    assert (told.status_code, told.json()["code"]) == (status, code), told.text


def test_one_that_is_not_there_is_told_with_the_near_one(client):
    told = client.get(f"{PERSONAS}/auditer").json()
    assert (told["code"], "auditor" in told["hint"]) == ("name_unknown", True)


def test_who_may_not_see_all_runs_changes_nobody_and_sees_no_runs(keyed):
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        ann.post("/run", json=QUESTION)
        for path, body in (("", {"name": "z"}), ("/auditor/edit", {}), ("/auditor/move", {"to": "active"})):
            assert ann.post(f"{PERSONAS}{path}", json=body).json()["code"] == "scope"
        board = ann.get("/api/v1/experts").json()
        busy = next(card["name"] for card in board["experts"] if card["use"]["chosen"])
        report = ann.get(f"{PERSONAS}/{busy}").json()
        assert (report["best"], report["worst"], report["card"]["use"]["chosen"] > 0) == ([], [], True)


def test_where_an_expert_walked_is_told_by_her_paths(client):
    asked = {"question": "Who restored the tidal mill?", "docs": ["docs"], "explain": True, "personas": ["generalist"]}
    client.post("/run", json=asked).raise_for_status()
    told = client.get("/api/v1/personas/generalist/territory").json()
    assert {walk["persona"] for walk in told["walks"]} == {"generalist"}
    assert told["walks"][0]["paths"][0]["steps"][-1]["passage_id"].startswith("docs/mill.md")
    assert told["runs"] >= 1
    assert client.get("/api/v1/personas/nobody/territory").json()["code"] == "name_unknown"
