"""Who is let in, and that nobody sees what is another key's."""

import json

import pytest

from moe.contracts.server_settings import ServerSettings
from moe.server.addresses import is_loopback
from moe.server.gate import OPEN_PATHS, SESSION_PATH, Gate
from moe.server.keys.callers import Callers, UserStore
from moe.server.keys.file import ServerFile
from moe.server.keys.sessions import COOKIE, SessionStore
from moe.server.keys.store import KeyStore
from moe.server.problems import PROBLEMS, ProblemError
from served_project import QUESTION, SLOW


@pytest.fixture(scope="module")
def ask(keyed):
    """Asks with a key by its name."""
    with keyed.open_client() as client:

        def send(key, method, path, **options):
            headers = {"authorization": f"Bearer {getattr(keyed.keys, key)}"} if key else {}
            return client.request(method, path, headers=headers, **options)

        yield send


@pytest.fixture(scope="module")
def ask_by_cookie(keyed):
    """Asks by a session of a key, with its token unless a test leaves it out."""
    with keyed.open_client() as client:
        begun = {}

        def send(key, method, path, *, token=True, **options):
            if key not in begun:
                answer = client.post(SESSION_PATH, json={"key": getattr(keyed.keys, key)})
                begun[key] = (f"{COOKIE}={answer.cookies[COOKIE]}", answer.json()["csrf_token"])
                client.cookies.clear()
            cookie, right = begun[key]
            headers = {"cookie": cookie, "x-csrf-token": right} if token else {"cookie": cookie}
            return client.request(method, path, headers=headers, **options)

        yield send


@pytest.fixture(scope="module")
def ask_by_token(keyed, vouching):
    """Asks as a user, whom an issuer's token names."""
    with keyed.open_client() as client:

        def send(user, method, path, **options):
            token = vouching.sign(sub=user, preferred_username=user)
            return client.request(method, path, headers={"authorization": f"Bearer {token}"}, **options)

        yield send


@pytest.fixture(scope="module")
def anns(ask):
    """A run of Ann's."""
    return ask("ann", "POST", "/run", json=QUESTION).json()["run_id"]


@pytest.fixture(scope="module")
def other_anns(ask_by_token):
    """A run of a user named Ann, who has no key."""
    return ask_by_token("ann", "POST", "/run", json=QUESTION).json()["run_id"]


# Who asks, as whom, for whose run: never for its own.
STRANGERS = [
    ("ask", "bob", "anns"),
    ("ask_by_cookie", "bob", "anns"),
    ("ask_by_token", "bob", "anns"),
    ("ask_by_token", "ann", "anns"),
    ("ask_by_token", "bob", "other_anns"),
    ("ask", "ann", "other_anns"),
]


@pytest.fixture(scope="module")
def operations(ask):
    """Every endpoint, with a body that it takes."""
    described = ask("", "GET", "/openapi.json").json()
    return [
        (method.upper(), path, one.get("requestBody", {}).get("content", {}).get("application/json", {}))
        for path, methods in described["paths"].items()
        for method, one in methods.items()
    ]


def fill(content):
    """A body that fits: the example, or the least that the schema wants."""
    return content.get("example") or ({"verdict": "good"} if "RunVerdict" in str(content) else {})


def test_no_endpoint_answers_without_a_key_but_those_that_tell_of_the_server(ask, operations):
    closed = [(method, path, body) for method, path, body in operations if not path.startswith(OPEN_PATHS)]
    for method, path, body in closed:
        answer = ask("", method, path.replace("{", "").replace("}", ""), json=fill(body) if body else None)
        told = answer.json().get("error", answer.json())  # OpenAI's form has it within
        assert (answer.status_code, told["code"]) == (401, "key_missing"), f"{method} {path}"
        assert answer.headers["www-authenticate"] == "Bearer"
    assert len(closed) >= 10
    assert ask("", "GET", "/health/live").status_code == 200


def test_no_endpoint_but_those_that_look_answers_a_cookie_without_its_token(ask_by_cookie, operations):
    changing = [one for one in operations if one[0] != "GET" and one[:2] != ("POST", SESSION_PATH)]
    for method, path, body in changing:
        place = path.replace("{", "").replace("}", "")
        answer = ask_by_cookie("ann", method, place, token=False, json=fill(body) if body else None)
        told = answer.json().get("error", answer.json())
        assert (answer.status_code, told["code"]) == (403, "csrf"), f"{method} {path}"
    assert len(changing) >= 10


@pytest.mark.parametrize(("way", "who", "whose"), STRANGERS)
def test_no_endpoint_shows_or_touches_anothers_run(request, operations, way, who, whose):
    ask_as, run = request.getfixturevalue(way), request.getfixturevalue(whose)
    about_runs = [operation for operation in operations if "{run_id}" in operation[1]]
    for method, path, body in about_runs:
        place = path.replace("{run_id}", run).replace("{number}", "1").replace("{digest}", "0" * 32)
        answer = ask_as(who, method, place, json=fill(body) if body else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "name_unknown"), f"{method} {path}"
    assert len(about_runs) >= 8
    for method, path, _ in operations:
        if method == "GET" and "{" not in path:
            assert run not in ask_as(who, "GET", path).text, path
    owner = request.getfixturevalue("ask" if whose == "anns" else "ask_by_token")
    kept = owner("ann", "GET", f"/api/v1/runs/{run}").json()
    assert kept["status"] == "done"
    listed = owner("ann", "GET", "/api/v1/runs").json()["runs"]
    assert (run, None) in [(run["run_id"], run["rating"]) for run in listed]


@pytest.fixture(scope="module", params=["ask", "ask_by_token"])
def owning(request):
    """How Ann and Bob ask: with keys, or as users."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def annals(owning):
    """A collection of Ann's."""
    files = [("files", ("annals.md", "# Annals\n\nThe tidal mill was restored by Ada Brook.\n"))]
    sent = owning("ann", "POST", "/api/v1/collections?wait=60", data={"name": "annals"}, files=files)
    assert sent.status_code == 200, sent.text
    return "annals"


def test_no_endpoint_shows_or_touches_anothers_collection(owning, operations, annals):
    ask = owning
    about_collections = [operation for operation in operations if "{collection}" in operation[1]]
    for method, path, body in about_collections:
        place = path.replace("{collection}", annals).replace("{document}", "annals.md")
        answer = ask("bob", method, place, json=fill(body) if body else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "name_unknown"), f"{method} {path}"
    assert len(about_collections) >= 4
    for method, path, _ in operations:
        if method == "GET" and "{" not in path:
            assert annals not in ask("bob", "GET", path).text, path
    message = {"role": "user", "content": QUESTION["question"]}
    for path, body in (
        ("/run", {**QUESTION, "docs": [], "collection": annals}),
        ("/api/v1/runs?wait=30", {**QUESTION, "docs": [], "collection": annals}),
        ("/v1/chat/completions", {"model": "moe", "messages": [message], "collection": annals}),
    ):
        answer = ask("bob", "POST", path, json=body)
        assert (answer.status_code, "annals.md" in answer.text) == (404, False), path
        assert "annals.md" in ask("ann", "POST", path, json=body).text, path
    assert [file["name"] for file in ask("ann", "GET", f"/api/v1/collections/{annals}").json()["files"]] == [
        "annals.md"
    ]


@pytest.mark.parametrize("named", ["about-the-mill", "by its run"])
def test_a_conversation_is_gone_on_with_by_its_own_key_only(ask, anns, named):
    name = anns if named == "by its run" else named
    first = ask("ann", "POST", "/run", json={**QUESTION, "conversation_id": name}).json()
    follow_up = {"question": "And when?", "docs": QUESTION["docs"], "conversation_id": name}
    told = ask("bob", "POST", "/run", json=follow_up).json()
    assert told["asked_as"] == ""
    assert told["conversation_id"] != first["conversation_id"]
    full = ask("bob", "POST", "/run", json={**follow_up, "conversation_id": first["conversation_id"]}).json()
    assert full["asked_as"] == ""
    again = ask("ann", "POST", "/run", json={**follow_up, "conversation_id": first["conversation_id"]}).json()
    assert "tidal mill" in again["asked_as"]
    assert again["conversation_id"] == first["conversation_id"]


def test_a_run_that_waits_or_goes_on_is_not_shown_to_another_key(ask):
    run = ask("ann", "POST", "/api/v1/runs", json=SLOW).json()["run_id"]
    assert ask("bob", "GET", f"/api/v1/runs/{run}").status_code == 404
    assert ask("bob", "GET", f"/api/v1/runs/{run}/events").status_code == 404
    assert ask("bob", "POST", f"/api/v1/runs/{run}/cancel").status_code == 404
    assert run not in ask("bob", "GET", "/api/v1/runs").text
    assert ask("ann", "POST", f"/api/v1/runs/{run}/cancel").status_code == 202


def test_an_admin_sees_all_runs_also_those_of_the_command_line(ask, anns):
    assert ask("chief", "GET", f"/api/v1/runs/{anns}").json()["run_id"] == anns
    assert anns in ask("chief", "GET", "/api/v1/runs").text


def test_an_unknown_run_and_another_keys_are_told_alike(ask, anns):
    theirs, none = (
        ask("bob", "GET", f"/api/v1/runs/{run}").json()
        for run in (anns, f"{anns[:-1]}{'0' if anns[-1] != '0' else '1'}")
    )
    assert {key for key in theirs if theirs[key] != none.get(key)} <= {"detail", "correlation_id", "hint"}
    assert anns not in f"{theirs.get('hint')}{none.get('hint')}"  # its own runs may be near


@pytest.mark.parametrize(
    ("key", "code"), [("late", "key_expired"), ("", "key_missing"), ("reader", "scope")], ids=["late", "none", "scope"]
)
def test_a_key_that_may_not_is_told_why(ask, key, code):
    assert ask(key, "POST", "/api/v1/runs", json=QUESTION).json()["code"] == code


def test_a_wrong_key_is_refused_whatever_it_looks_like(keyed):
    right = keyed.keys.ann
    with keyed.open_client() as client:
        for wrong in (right[:-1], right + "x", "moe__", "x", right.replace("moe_", "mow_"), right.upper()):
            answer = client.get("/api/v1/runs", headers={"authorization": f"Bearer {wrong}"})
            assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown"), wrong
        assert client.get("/api/v1/runs", headers={"x-api-key": right}).status_code == 200


def test_a_rate_is_held_and_told(ask):
    told = [ask("hasty", "GET", "/api/v1/runs") for _ in range(4)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in told] == ["2", "1", "0", "0"]
    assert told[3].json()["code"] == "rate"
    assert int(told[3].headers["retry-after"]) > 80_000


def test_runs_at_once_are_held(ask):
    run = ask("single", "POST", "/api/v1/runs", json=SLOW).json()["run_id"]
    refused = ask("single", "POST", "/api/v1/runs", json=SLOW)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "busy", "5")
    ask("single", "POST", f"/api/v1/runs/{run}/cancel")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "", "10.0.0.7", "user@localhost", "evil@localhost:7000", "[::1"),
        *("localhost:x", "localhost:99999", "localhost:1:2", "//localhost", "localhost/", "[localhost]", "::1"),
        *(b"localhost\xff", b"\xff", "localhost ,evil.example", "%6cocalhost", "[]", ":7000"),
    ],
)
def test_another_name_of_the_server_is_refused(client, host):
    told = client.get("/api/v1/runs", headers={"host": host})
    assert (told.status_code, told.json()["code"]) == (421, "host")


def test_a_page_of_another_site_may_do_nothing(client):
    body = json.dumps(QUESTION)
    here = str(client.base_url).rstrip("/")
    odd = ("http://[", "http://", f"{here}/", here.replace("//", "//x@"), f"{here}0", "//", b"http://\xff", "file://x")
    for origin in ("https://evil.example", "null", client.base_url.scheme + "://localhost:1", *odd):
        headers = {"origin": origin, "content-type": "application/json"}
        assert client.post("/api/v1/runs", content=body, headers=headers).json()["code"] == "origin"
    headers = {"origin": here.upper(), "content-type": "application/json"}
    assert client.post("/api/v1/runs", content="{", headers=headers).json()["code"] == "invalid_json"
    assert "access-control-allow-origin" not in client.get("/api/v1/runs", headers=headers).headers


def test_a_site_that_is_named_may_use_it(own):
    own.start("--workers", "1", settings=("server.allowed_origins=[https://chat.example.org]",))
    with own.open_client(headers={"origin": "https://chat.example.org"}) as client:
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
        assert (
            client.options("/run", headers=asked).headers["access-control-allow-origin"] == "https://chat.example.org"
        )
        assert client.post("/run", content="{", headers={"content-type": "application/json"}).status_code == 400
        other = client.options("/run", headers={**asked, "origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_every_answer_has_the_headers_that_browsers_heed(client):
    for path in ("/health/live", "/api/v1/runs/nobody"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.anyio
async def test_beyond_loopback_addresses_are_names_and_others_are_listed(tmp_path):
    settings = ServerSettings(host="0.0.0.0", allowed_hosts=("moe.example.org",), rate="1/minute")
    file = ServerFile(tmp_path, lambda: None)
    keys = KeyStore(file)
    callers = Callers(keys=keys, users=UserStore(file, settings.oidc))
    gate = Gate(settings=settings, keys=keys, sessions=SessionStore(file), callers=callers, is_insecure=True)

    async def enter(host):
        return await gate.admit(method="GET", path="/api/v1/runs", headers={"host": host}, address=host)

    for host in ("10.0.0.7:7000", "[::1]:7000", "moe.example.org"):
        await enter(host)
        with pytest.raises(ProblemError, match="more than 1 requests a minute"):
            await enter(host)
    with pytest.raises(ProblemError, match="not known"):
        await enter("other.example.org")


@pytest.fixture
def make_gate(tmp_path):
    """A server's door, with the keys as another process has them."""
    opened = []

    def call(host, *, sign_on=None):
        settings = ServerSettings(host=host)
        file = ServerFile(tmp_path, lambda: None)
        keys, other = KeyStore(file), KeyStore.open(tmp_path, lambda: None)
        opened.extend((keys, other))
        callers = Callers(keys=keys, users=UserStore(file, settings.oidc))
        door = Gate(settings=settings, keys=keys, sessions=SessionStore(file), callers=callers, sign_on=sign_on)
        return door, other

    yield call
    for store in opened:
        store.close()


def enter(gate, **headers):
    return gate.admit(method="GET", path="/api/v1/runs", headers={"host": "127.0.0.1", **headers}, address="10.0.0.9")


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.2", "127.0.0.1"])
async def test_a_door_that_demanded_keys_stays_closed_once_the_last_is_revoked(make_gate, host):
    gate, other = make_gate(host)
    _, secret = other.create("last", scopes=())
    assert (await enter(gate, authorization=f"Bearer {secret}"))[0].name == "last"
    other.revoke("last")
    for headers in ({}, {"authorization": f"Bearer {secret}"}, {"authorization": "Bearer x"}):
        with pytest.raises(ProblemError, match="no key is left") as told:
            await enter(gate, **headers)
        assert (PROBLEMS[told.value.code].status, "moe keys create" in told.value.hint) == (401, True)
    _, again = other.create("next", scopes=())
    assert (await enter(gate, authorization=f"Bearer {again}"))[0].name == "next"


@pytest.mark.anyio
async def test_a_door_on_loopback_is_open_until_the_first_key(make_gate):
    gate, other = make_gate("127.0.0.1")
    assert (await enter(gate))[0].key is None
    other.create("first", scopes=())
    with pytest.raises(ProblemError, match="a key is needed"):
        await enter(gate)


@pytest.mark.anyio
async def test_a_session_is_over_with_its_key_where_users_sign_on_too(make_gate):
    gate, other = make_gate("127.0.0.1", sign_on=object())
    key, secret = other.create("last", scopes=())
    await enter(gate, authorization=f"Bearer {secret}")
    _, cookie = gate.sessions.begin(key)
    assert (await enter(gate, cookie=f"{COOKIE}={cookie}"))[0].name == "last"
    other.revoke("last")
    with pytest.raises(ProblemError, match="it is over"):
        await enter(gate, cookie=f"{COOKIE}={cookie}")


def test_loopback_is_told_from_other_addresses():
    assert [
        host for host in ("127.0.0.1", "127.0.0.9", "::1", "localhost", "0.0.0.0", "10.0.0.1", "x") if is_loopback(host)
    ] == [
        "127.0.0.1",
        "127.0.0.9",
        "::1",
        "localhost",
    ]
