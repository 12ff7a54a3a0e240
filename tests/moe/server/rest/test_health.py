"""What the server says of itself."""

from moe.version import VERSION


def test_it_lives_is_ready_and_says_which_it_is(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/version").json() == {"name": "moe", "version": VERSION, "api": "v1", "login": ""}
    client.post("/run", json={"question": "Who restored it?", "docs": ["docs"]})  # a worker is there, then
    assert client.get("/health/ready").json() == {"status": "ready", "reasons": [], "warnings": []}


def test_it_is_not_ready_before_a_worker_is(own):
    own.start("--workers", "1")
    with own.open_client() as client:
        early = client.get("/health/ready")
    assert (early.status_code, early.json()["reasons"]) == (503, ["no worker is ready yet"])


def test_a_problem_has_a_page(client):
    told = client.get("/api/v1/runs/nobody").json()
    assert client.get(told["type"]).json() == {"code": told["code"], "status": 404, "title": told["title"]}
    assert client.get("/problems/name_unknow").json()["hint"] == "did you mean 'name_unknown'?"
