"""A browser's session: a cookie in place of a key."""

import pytest

from moe.server.keys.key import USUAL_SCOPES
from moe.server.keys.sessions import COOKIE
from moe.server.keys.store import KeyStore
from served_project import QUESTION, ServedProject

SESSION = "/api/v1/session"


@pytest.fixture
def browser(keyed):
    """Keeps cookies, as browsers do."""
    with keyed.open_client() as client:
        yield client


def begin(browser, key, **headers):
    return browser.post(SESSION, json={"key": key}, headers=headers)


def test_a_session_is_begun_told_and_ended(browser, keyed):
    begun = begin(browser, keyed.keys.ann)
    assert begun.status_code == 201
    cookie = browser.cookies[COOKIE]
    parts = {part.strip().lower() for part in begun.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= parts
    assert "secure" not in parts
    assert any(part.startswith("max-age=") for part in parts)
    assert keyed.keys.ann.split("_", 2)[2] not in begun.headers["set-cookie"] + begun.text
    told = browser.get(SESSION).json()
    assert told == begun.json()
    assert (told["name"], told["scopes"]) == ("ann", list(USUAL_SCOPES))
    refused = browser.delete(SESSION)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    ended = browser.delete(SESSION, headers={"x-csrf-token": told["csrf_token"]})
    assert (ended.status_code, COOKIE in browser.cookies) == (204, False)
    again = browser.get(SESSION, headers={"cookie": f"{COOKIE}={cookie}"})
    assert (again.status_code, again.json()["code"]) == (401, "session_over")
    assert browser.get(SESSION).json()["code"] == "key_missing"


def test_what_changes_something_needs_the_token_by_cookie_and_by_key_does_not(browser, keyed):
    token = begin(browser, keyed.keys.ann).json()["csrf_token"]
    other = keyed.open_client()
    others = begin(other, keyed.keys.ann).json()["csrf_token"]
    other.close()
    for wrong in ({}, {"x-csrf-token": others}, {"x-csrf-token": ""}, {"x-csrf-token": b"\xff"}):
        refused = browser.post("/run", json=QUESTION, headers=wrong)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf"), wrong
    run = browser.post("/run", json=QUESTION, headers={"x-csrf-token": token}).json()["run_id"]
    assert browser.get(f"/api/v1/runs/{run}").json()["run_id"] == run
    bobs = {"authorization": f"Bearer {keyed.keys.bob}"}
    assert browser.get(SESSION, headers=bobs).json()["name"] == "bob"  # a key goes before a cookie
    assert browser.get(f"/api/v1/runs/{run}", headers=bobs).status_code == 404
    wrong = {"authorization": "Bearer moe_no_key"}
    assert browser.get(SESSION, headers=wrong).json()["code"] == "key_unknown"
    kept = browser.delete(SESSION, headers=bobs)
    assert (kept.status_code, kept.json()["code"]) == (409, "request")
    assert browser.get(SESSION).json()["name"] == "ann"


def test_a_session_may_what_its_key_may(browser, keyed):
    token = browser.post(SESSION, headers={"authorization": f"Bearer {keyed.keys.reader}"}).json()["csrf_token"]
    refused = browser.post("/run", json=QUESTION, headers={"x-csrf-token": token})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")


@pytest.mark.parametrize(("key", "code"), [("", "key_missing"), ("moe_x_y", "key_unknown"), ("late", "key_expired")])
def test_no_session_begins_without_a_key_that_counts(browser, keyed, key, code):
    refused = begin(browser, getattr(keyed.keys, key, key))
    assert (refused.status_code, refused.json()["code"], "set-cookie" in refused.headers) == (401, code, False)
    assert begin(browser, keyed.keys.ann, origin="https://evil.example").json()["code"] == "origin"


@pytest.mark.parametrize("value", ["", "x", "moe__", '"', "a=b", "moe_000000000000_x"])
def test_a_cookie_that_is_none_is_refused(browser, value):
    told = browser.get(SESSION, headers={"cookie": f"{COOKIE}={value}"})
    assert (told.status_code, told.json()["code"]) == (401, "session_over" if value else "key_missing")


def test_the_cookie_is_for_https_where_a_proxy_says_so(browser, keyed):
    begun = begin(browser, keyed.keys.ann, **{"x-forwarded-proto": "https"})
    assert "secure" in begun.headers["set-cookie"].lower()


@pytest.fixture
def proxied(tmp_path):
    """A project of its own, whose server is offered below a path."""
    project = ServedProject(tmp_path, "proxied")
    yield project
    project.stop()


def test_a_session_ends_with_its_key_and_stays_below_the_root(proxied):
    workspace = proxied.folder / ".moe"
    store = KeyStore.open(workspace, lambda: workspace.mkdir(parents=True, exist_ok=True))
    _, secret = store.create("guest", scopes=USUAL_SCOPES)
    store.create("other", scopes=())
    proxied.start("--workers", "1", "--root-path", "/moe")
    with proxied.open_client() as browser:
        begun = browser.post(SESSION, json={"key": secret})
        assert "path=/moe" in begun.headers["set-cookie"].lower()
        assert browser.get(SESSION).json()["name"] == "guest"
        store.revoke("guest")
        assert browser.get(SESSION).json()["code"] == "session_over"
    store.close()


def test_where_no_keys_are_demanded_everything_may_be_done(client):
    told = client.get(SESSION).json()
    assert (told["name"], told["csrf_token"], "admin" in told["scopes"]) == ("", "", True)
