"""Keys over HTTP: made, listed, revoked."""

import pytest

from served_project import ServedProject

KEYS = "/api/v1/keys"


@pytest.fixture
def chief(keyed):
    """An admin."""
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.chief}"}) as client:
        yield client


def test_a_key_is_told_once_counts_at_once_and_no_more_when_revoked(chief, keyed):
    made = chief.post(KEYS, json={"name": "guest", "rate": "60/min", "budget": "tokens=1k/day", "days": 2})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    note = made.json()
    secret = note["key"]
    assert (note["scopes"], note["rate"], note["budget"]) == (
        ["runs:read", "runs:write"],
        "60/minute",
        "tokens=1000/day",
    )
    assert note["expires"] == pytest.approx(note["created"] + 2 * 86_400, abs=5)
    with keyed.open_client(headers={"authorization": f"Bearer {secret}"}) as guest:
        assert guest.get("/api/v1/session").json()["name"] == "guest"
        listed = chief.get(KEYS)
        assert "guest" in [key["name"] for key in listed.json()["keys"]]
        assert secret.split("_", 2)[2] not in listed.text
        assert chief.delete(f"{KEYS}/guest").status_code == 204
        assert guest.get("/api/v1/runs").json()["code"] == "key_unknown"
    assert chief.delete(f"{KEYS}/guest").json()["code"] == "name_unknown"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "chief"}, 409, "request"),
        ({"name": " "}, 422, "invalid_request"),
        ({"name": "x", "scopes": ["all"]}, 422, "invalid_request"),
        ({"name": "x", "scopes": []}, 422, "invalid_request"),
        ({"name": "x", "rate": "often"}, 409, "request"),
        ({"name": "x", "budget": "much"}, 409, "request"),
        ({"name": "x", "days": 0}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
    ],
)
def test_what_is_no_key_is_told(chief, body, status, code):
    told = chief.post(KEYS, json=body)
    assert (told.status_code, told.json()["code"]) == (status, code), told.text


def test_the_last_key_is_not_revoked_over_http(tmp_path):
    project = ServedProject(tmp_path, "opened")
    project.start("--workers", "1")
    try:
        with project.open_client() as client:
            made = client.post(KEYS, json={"name": "only", "scopes": ["admin"]}).json()
            assert client.get("/api/v1/runs").json()["code"] == "key_missing"
            client.headers["authorization"] = f"Bearer {made['key']}"
            for name in ("only", made["id"]):
                refused = client.delete(f"{KEYS}/{name}")
                assert (refused.status_code, refused.json()["code"]) == (409, "request")
            assert client.delete(f"{KEYS}/other").status_code == 404
    finally:
        project.stop()


def test_a_server_begun_with_a_key_that_is_revoked_before_anybody_asks_lets_nobody_in(tmp_path):
    project = ServedProject(tmp_path, "closed")
    project.run("keys", "create", "last")
    project.start("--workers", "2")
    try:
        assert "no key is left" in project.run("keys", "revoke", "last").stderr
        for headers in ({}, {"authorization": "Bearer x"}):
            with project.open_client(headers=headers) as client:
                refused = client.get("/api/v1/runs")
                assert (refused.status_code, "moe keys create" in refused.json()["hint"]) == (401, True)
                assert client.post(KEYS, json={"name": "mine"}).status_code == 401
    finally:
        project.stop()
