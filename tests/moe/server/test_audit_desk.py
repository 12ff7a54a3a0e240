"""The server's audit log: who asked what, from where, and what came of it; no secret in it."""

import json
import subprocess
import sys
import time

import pytest

from oidc_issuer import AUDIENCE, CLIENT, CLIENT_SECRET, OidcIssuer
from served_project import QUESTION, ServedProject


@pytest.fixture
def issuer():
    made = OidcIssuer()
    yield made
    made.stop()


@pytest.fixture
def audited(tmp_path, issuer):
    """Starts servers whose requests are logged."""
    project = ServedProject(tmp_path, "audited")
    scopes = 'scopes={staff: ["runs:read", "runs:write"]}'
    client = (f"client_id={CLIENT}", f"client_secret={CLIENT_SECRET}")
    project.settings = tuple(
        f"server.oidc.{one}" for one in (f"issuer={issuer.url}", f"audience={AUDIENCE}", scopes, *client)
    )
    project.environment["MOE_SERVER__AUDIT"] = "changes"
    yield project
    project.stop()


def read_log(project):
    told = project.run("audit", "list", "--last", "1000", "--json")
    assert told.returncode == 0, told.stderr
    return [(line["note"], line["number"]) for line in json.loads(told.stdout)]


def test_who_did_what_from_where_and_what_came_of_it(audited, issuer):
    made = audited.run("keys", "create", "chat", "--json")
    key = json.loads(made.stdout)["key"]
    audited.start("--workers", "1", settings=audited.settings)
    token, old = issuer.sign(), issuer.sign(exp=1000)
    with audited.open_client() as client:

        def ask(secret, method, path, **more):
            headers = {"authorization": f"Bearer {secret}"} if secret else {}
            return client.request(method, path, headers={**headers, **more.pop("headers", {})}, **more)

        run = ask(key, "POST", "/run", json=QUESTION, headers={"x-correlation-id": "order-1"}).json()["run_id"]
        assert ask(token, "POST", "/api/v1/tools/calculator/run", json={}).status_code == 403
        assert ask(token, "POST", f"/api/v1/runs/{run}/cancel").status_code == 404
        assert ask(old, "GET", "/api/v1/runs").status_code == 401
        assert ask("", "DELETE", f"/api/v1/keys/{key}?key={key}").status_code == 401
        assert ask(key, "GET", f"/api/v1/runs/{run}").status_code == 200  # a look, which changes nothing
        assert ask("", "POST", "/api/v1/session", json={"key": key}).status_code == 201
        assert ask("", "GET", "/health/ready").status_code == 200
    notes = [note for note, _ in read_log(audited)]
    assert [(note["kind"], note["who"], note["what"], note["outcome"]) for note in notes] == [
        ("person", notes[0]["who"], "moe keys create", "done"),
        ("key", "chat", "POST /run", "200"),
        ("user", "ann", "POST /api/v1/tools/{name:path}/run", "403 scope"),
        ("user", "ann", "POST /api/v1/runs/{run_id}/cancel", "404 name_unknown"),
        ("", "", "GET /api/v1/runs", "401 token"),
        ("", "", notes[5]["what"], "401 key_missing"),
        ("key", "chat", "POST /api/v1/session", "201"),
    ]
    assert notes[1]["correlation_id"] == "order-1"
    assert notes[2]["identity"] == f"{issuer.url} ann-1"
    assert notes[3]["target"] == f"/api/v1/runs/{run}/cancel"
    assert {note["address"] for note in notes[1:]} == {"127.0.0.1"}
    text = (audited.folder / ".moe" / "audit.jsonl").read_text()
    for secret in (key.split("_", 2)[2], token.split(".")[2], old.split(".")[1], CLIENT_SECRET, "tidal mill"):
        assert secret not in text


def test_a_login_is_logged_with_its_user_and_without_its_code(audited, issuer):
    audited.start("--workers", "1", settings=audited.settings)
    with audited.open_client() as browser, audited.open_client() as elsewhere:
        sent = browser.get("/api/v1/login")
        back = elsewhere.get(sent.headers["location"]).headers["location"]
        assert browser.get(back).status_code == 303
        assert elsewhere.get(back).status_code == 401
    notes = [note for note, _ in read_log(audited)]
    assert [(note["who"], note["what"], note["outcome"]) for note in notes] == [
        ("", "GET /api/v1/login", "303"),
        ("ann", "GET /api/v1/login/callback", "303"),
        ("", "GET /api/v1/login/callback", "401 token"),
    ]
    text = (audited.folder / ".moe" / "audit.jsonl").read_text()
    for part in (*sent.cookies["moe_login"].split("."), back.partition("code=")[2].partition("&")[0]):
        assert part not in text


def test_two_servers_write_one_log_and_a_changed_line_is_told(audited, issuer):
    audited.start("--workers", "1", settings=audited.settings)
    words = [sys.executable, "-m", "moe", "serve", "--port", "0", "--workers", "1"]
    before = [word for setting in audited.settings for word in ("--set", setting)]
    other = subprocess.Popen(
        [*words[:3], *before, *words[3:]],
        cwd=audited.folder,
        env=audited.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        second = other.stdout.readline().split()[-1]
        with audited.open_client(headers={"authorization": f"Bearer {issuer.sign()}"}) as client:
            for _ in range(10):
                for place in ("", second):
                    assert client.post(f"{place}/api/v1/runs/nothing/cancel").status_code == 404
    finally:
        other.terminate()
        other.communicate(timeout=60)
    looked = audited.run("audit", "verify")
    assert (looked.returncode, looked.stdout.startswith("20 lines, each as it was written")) == (0, True), looked
    kept = looked.stdout.split()[-1]
    path = audited.folder / ".moe" / "audit.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"number":7,', b'"number":7 ,'))
    told = audited.run("audit", "verify", "--kept", kept)
    assert told.returncode == 1
    assert "line 7 was changed" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_log_that_cannot_be_written_is_told_and_the_server_is_not_ready(audited, issuer):
    audited.environment["MOE_LOG"] = "error"
    audited.start("--workers", "1", settings=audited.settings)
    (audited.folder / ".moe" / "audit.jsonl").mkdir(parents=True)
    with audited.open_client(headers={"authorization": f"Bearer {issuer.sign()}"}) as client:
        until = time.monotonic() + 30
        while client.get("/health/ready").status_code != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert client.post("/api/v1/runs/nothing/cancel").status_code == 404
        ready = client.get("/health/ready")
        assert (ready.status_code, "audit.jsonl" in str(ready.json()["reasons"])) == (503, True)
        (audited.folder / ".moe" / "audit.jsonl").rmdir()
        client.post("/api/v1/runs/nothing/cancel")
        assert client.get("/health/ready").status_code == 200
    assert '"audit.lost"' in audited.stop()
