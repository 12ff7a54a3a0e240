"""Logins with a browser at an issuer that checks the code's proof (PKCE), the client and the way back."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from oidc_issuer import AUDIENCE, CLIENT, CLIENT_SECRET
from served_project import QUESTION, ServedProject

LOGIN = "/api/v1/login"
SCOPES = '{staff: ["runs:read", "runs:write"]}'


@pytest.fixture
def start(issuer, tmp_path):
    """Starts a server that lets users log in."""
    projects = []

    def make(*settings, arguments=()):
        project = ServedProject(tmp_path, "logins")
        project.environment["MOE_LOG"] = "warning"
        project.environment["LOGIN_SECRET"] = CLIENT_SECRET
        given = (f"issuer={issuer.url}", f"client_id={CLIENT}", "client_secret=env:LOGIN_SECRET", f"scopes={SCOPES}")
        told = tuple(f"server.oidc.{one}" for one in (*given, *settings))
        project.start("--workers", "1", *arguments, settings=told)
        projects.append(project)
        return project

    yield make
    for project in projects:
        project.stop()


def log_in(browser):
    """Go to the issuer, where the user is logged in at once, and come back; the last answer and where it lies."""
    sent = browser.get(LOGIN)
    assert sent.status_code == 303, sent.text
    with httpx.Client(trust_env=False, timeout=60) as elsewhere:
        back = elsewhere.get(sent.headers["location"]).headers["location"]
    return sent, back


def test_a_user_logs_in_asks_and_logs_out(start, issuer):
    with start().open_client() as browser:
        assert browser.get("/version").json()["login"] == LOGIN
        sent, back = log_in(browser)
        asked = parse_qs(urlsplit(sent.headers["location"]).query)
        assert (asked["response_type"], asked["scope"]) == (["code"], ["openid profile email"])
        cookie = sent.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=lax", f"path={LOGIN}", "max-age=600"))
        done = browser.get(back)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert "moe_login" not in browser.cookies
        session = browser.get("/api/v1/session").json()
        assert (session["name"], session["scopes"]) == ("ann", ["runs:read", "runs:write"])
        assert browser.post("/run", json=QUESTION).json()["code"] == "csrf"
        token = {"x-csrf-token": session["csrf_token"]}
        assert browser.post("/run", json=QUESTION, headers=token).json()["status"] == "done"
        assert len(browser.get("/api/v1/runs").json()["runs"]) == 1
        assert browser.delete("/api/v1/session", headers=token).status_code == 204
        assert browser.get("/api/v1/session").status_code == 401
        httpx.get(session["way_out"], trust_env=False, timeout=60)
        assert issuer.ended == [{"client_id": CLIENT, "post_logout_redirect_uri": f"{browser.base_url!s}/"}]


def test_a_login_counts_once_and_in_its_own_browser(start, issuer):
    project = start()
    with project.open_client() as ann, project.open_client() as bob:
        _, back = log_in(ann)
        stolen = bob.get(back)  # a link with somebody else's code
        assert (stolen.status_code, stolen.json()["code"]) == (401, "token")
        bob.get(LOGIN)
        assert bob.get(back).json()["code"] == "token"
        assert "moe_session" not in bob.cookies
        assert ann.get(back).status_code == 303
        assert ann.get(back).status_code == 401
        sent, back = log_in(ann)
        ann.cookies.clear()
        assert ann.get(back, headers={"cookie": "moe_login=a.b"}).status_code == 401
    told = project.stop()
    reasons = [json.loads(line)["reason"] for line in told.splitlines() if '"refused"' in line]
    assert [any(word in reason for word in ("browser", "begun")) for reason in reasons] == [True] * 4
    assert CLIENT_SECRET not in told
    assert sent.cookies["moe_login"].split(".")[2] not in told


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda issuer: issuer.user.update(nonce="of another login"), "nonce"),
        (lambda issuer: issuer.user.update(azp="payroll"), "azp"),
        (lambda issuer: issuer.user.update(exp=1000), "exp"),
        (lambda issuer: issuer.user.update(aud=AUDIENCE), "aud"),
        (lambda issuer: issuer.pages.update({"/token_endpoint": {"access_token": "x"}}), "no id_token"),
        (lambda issuer: issuer.pages.update({"/token_endpoint": []}), "no id_token"),
    ],
)
def test_what_the_issuer_says_is_checked(start, issuer, change, reason):
    project = start()
    with project.open_client(headers={"accept": "text/html"}) as browser:
        _, back = log_in(browser)
        change(issuer)
        if "nonce" in issuer.user or "aud" in issuer.user:  # what it would sign by itself
            token = issuer.sign(aud=issuer.user.get("aud", CLIENT))
            issuer.pages["/token_endpoint"] = {"id_token": token}
        failed = browser.get(back)
        assert (failed.status_code, failed.headers["content-type"]) == (401, "text/html; charset=utf-8")
        assert "moe_session" not in browser.cookies
        assert f'href="{LOGIN}"' in failed.text
        assert reason not in failed.text
    assert reason in project.stop()


def test_a_login_that_the_user_declines_is_told(start):
    with start().open_client() as browser:
        state = parse_qs(urlsplit(browser.get(LOGIN).headers["location"]).query)["state"][0]
        failed = browser.get(f"{LOGIN}/callback", params={"state": state, "error": "access_denied"})
        assert (failed.status_code, failed.json()["detail"]) == (401, "the login does not count")


def test_below_a_proxys_path_and_https_the_way_back_says_so(start, issuer):
    project = start(arguments=("--root-path", "/moe"))
    with httpx.Client(trust_env=False, base_url=project.url, timeout=60) as browser:
        sent = browser.get(f"{project.url}{LOGIN}", headers={"x-forwarded-proto": "https"})
        back = parse_qs(urlsplit(sent.headers["location"]).query)["redirect_uri"][0]
        assert back == f"{project.url.replace('http:', 'https:')}{LOGIN}/callback"
        assert f"path=/moe{LOGIN}" in sent.headers["set-cookie"].lower()
        assert "secure" in sent.headers["set-cookie"].lower()


def test_where_nobody_logs_in_it_is_told(client):
    refused = client.get(LOGIN)
    assert (refused.status_code, refused.json()["code"]) == (409, "request")
    assert "server.oidc" in refused.json()["hint"]
    assert client.get("/version").json()["login"] == ""


def test_an_issuer_that_is_away_is_told_to_a_browser_and_in_a_link(start, issuer):
    project = start()
    issuer.is_away = True
    with project.open_client() as browser:
        answer = browser.get(LOGIN)
        assert (answer.status_code, answer.json()["code"]) == (503, "issuer_away")
