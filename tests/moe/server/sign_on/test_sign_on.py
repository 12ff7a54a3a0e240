"""Users at a real server: let in by token, refused with the reason in the log, and kept apart."""

import json

import pytest

from oidc_issuer import AUDIENCE
from served_project import QUESTION, ServedProject

SCOPES = '{staff: ["runs:read", "runs:write"], ops: [admin], guests: ["runs:read"]}'


@pytest.fixture
def signed(issuer, tmp_path, monkeypatch):
    """A server that takes the issuer's tokens, whose log is kept."""
    project = ServedProject(tmp_path, "signed")
    project.environment["MOE_LOG"] = "warning"
    settings = (f"issuer={issuer.url}", f"audience={AUDIENCE}", f"scopes={SCOPES}", "refetch_seconds=0")
    project.start("--workers", "1", settings=tuple(f"server.oidc.{one}" for one in settings))
    yield project
    project.stop()


def ask(project, token, method="GET", path="/api/v1/session", **more):
    with project.open_client(headers={"authorization": f"Bearer {token}"} if token else {}) as client:
        return client.request(method, path, **more)


def test_a_user_asks_by_token_and_what_is_refused_is_told_in_the_log_alone(signed, issuer):
    told = ask(signed, issuer.sign()).json()
    assert (told["name"], told["scopes"]) == ("ann", ["runs:read", "runs:write"])
    run = ask(signed, issuer.sign(), "POST", "/run", json=QUESTION).json()
    assert run["status"] == "done"
    assert ask(signed, "").json()["code"] == "key_missing"
    refused = ask(signed, issuer.sign(exp=1000))
    assert (refused.status_code, refused.json()["code"]) == (401, "token")
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert "exp" not in refused.json()["detail"].lower() + refused.json()["hint"]
    guest = ask(signed, issuer.sign(sub="g", groups=["guests"]), "POST", "/run", json=QUESTION)
    assert (guest.status_code, guest.json()["code"]) == (403, "scope")
    assert "the user 'ann'" in guest.json()["detail"]
    issuer.rotate()
    assert ask(signed, issuer.sign(), path=f"/api/v1/runs/{run['run_id']}").json()["status"] == "done"
    issuer.is_away = True
    assert ask(signed, issuer.sign()).status_code == 200
    token = issuer.sign(exp=1000)
    written = signed.stop()
    lines = [json.loads(line) for line in written.splitlines() if '"refused"' in line]
    assert [(line["code"], line["correlation_id"]) for line in lines] == [
        ("token", refused.headers["x-correlation-id"])
    ]
    assert "exp" in lines[0]["reason"]
    assert token.split(".")[1] not in written


def test_a_token_begins_a_session_for_as_long_as_it_counts(signed, issuer):
    with signed.open_client() as browser:
        begun = browser.post("/api/v1/session", headers={"authorization": f"Bearer {issuer.sign()}"})
        assert begun.status_code == 201
        assert begun.json()["expires"] == pytest.approx(issuer.claims["exp"] + 30, abs=60)
        assert browser.get("/api/v1/session").json()["name"] == "ann"
        sent = {"x-csrf-token": begun.json()["csrf_token"]}
        assert browser.post("/run", json=QUESTION, headers=sent).json()["status"] == "done"
        assert browser.post("/run", json=QUESTION).json()["code"] == "csrf"


def test_a_key_goes_on_beside_tokens(signed, issuer):
    made = json.loads(signed.run("keys", "create", "chat", "--json").stdout)["key"]
    assert ask(signed, made).json()["name"] == "chat"
    ops = issuer.sign(sub="ops", groups=["ops"])
    assert ask(signed, ops, "DELETE", "/api/v1/keys/chat").status_code == 204
    assert ask(signed, made).json()["code"] == "key_unknown"


def test_a_server_that_misses_a_part_says_which(tmp_path):
    project = ServedProject(tmp_path, "wrong")
    told = project.run("--set", "server.oidc.issuer=https://login.example.org", "serve", "--port", "0")
    assert (told.returncode, told.stdout) == (2, "")
    assert "server.oidc.audience" in told.stderr
    assert "Traceback" not in told.stderr
