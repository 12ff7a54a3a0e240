"""Bad input of every kind: each answer is a problem document."""

import pytest

from moe.server.problems import PROBLEMS, ProblemError, find_code
from moe_core.contracts import errors
from moe_core.contracts.errors import MoeError

RUNS = "/api/v1/runs"
JSON = {"content-type": "application/json"}
BAD = {
    "no JSON": ({"content": b'{"question":'}, 400, "invalid_json", ""),
    "no text": ({"content": b'{"question": "\xff"}'}, 400, "invalid_json", ""),
    "NaN": ({"content": b'{"question": "a", "experts": NaN}'}, 400, "invalid_json", ""),
    "empty": ({"content": b""}, 422, "invalid_request", ""),
    "a list": ({"content": b"[]"}, 422, "invalid_request", ""),
    "a wrong type": ({"content": b'{"question": 7}'}, 422, "invalid_request", "/question"),
    "a missing field": ({"content": b"{}"}, 422, "invalid_request", "/question"),
    "an unknown field": ({"content": b'{"question": "a", "doc": []}'}, 422, "invalid_request", "/doc"),
    "an unknown field within": (
        {"content": b'{"question": "a", "budget": {"run": {"max_token": 1}}}'},
        422,
        "invalid_request",
        "/budget/run/max_token",
    ),
    "depth": ({"content": b"[" * 100_000}, 400, "invalid_json", ""),
    "depth within": ({"content": b'{"question": ' + b"[" * 65 + b"]" * 65 + b"}"}, 400, "invalid_json", ""),
    "NUL": ({"content": b'{"question": "a\\u0000b"}'}, 422, "invalid_request", "/question"),
    "half a surrogate": ({"content": b'{"question": "a", "docs": ["\\ud800"]}'}, 422, "invalid_request", "/docs/0"),
    "a long body": ({"content": b"x" * 2_000_000}, 413, "body_too_large", ""),
    "a form": ({"data": {"question": "a"}, "headers": {}}, 415, "media_type", ""),
    "a document elsewhere": ({"content": b'{"question": "a", "docs": ["/etc"]}'}, 403, "docs_outside", "/docs/0"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_body_is_told_with_its_place(client, name):
    options, status, code, pointer = BAD[name]
    answer = client.post(RUNS, **{"headers": JSON, **options})
    check(answer, status, code)
    assert pointer in [part["pointer"] for part in answer.json().get("errors", [{"pointer": ""}])]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/rnus", 404, "no_such_path"),
        ("PATCH", RUNS, 405, "method"),
        ("GET", f"{RUNS}/nobody", 404, "name_unknown"),
        ("GET", f"{RUNS}/last", 404, "name_unknown"),
        ("GET", f"{RUNS}?limit=many", 422, "invalid_request"),
        ("POST", f"{RUNS}?wait=-1", 422, "invalid_request"),
        ("DELETE", f"{RUNS}/nobody", 404, "name_unknown"),
        ("POST", f"{RUNS}/nobody/cancel", 404, "name_unknown"),
        ("GET", f"{RUNS}/nobody/graph", 404, "name_unknown"),
    ],
)
def test_a_bad_request_is_told(client, method, path, status, code):
    options = {"json": {"question": "a"}} if method == "POST" and "wait" in path else {}
    check(client.request(method, path, **options), status, code)


def check(answer, status, code):
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["status"], told["title"]) == (status, PROBLEMS[code].title)
    assert told["correlation_id"] == answer.headers["x-correlation-id"]
    assert "Traceback" not in answer.text


def test_a_body_that_never_says_its_length_is_cut_off(client):
    check(client.post(RUNS, content=(b"x" * 65_536 for _ in range(40)), headers=JSON), 413, "body_too_large")


def test_the_methods_that_a_path_knows_are_told(client):
    assert client.put(RUNS).headers["allow"] == "GET, POST"
    assert client.put(f"{RUNS}/x").headers["allow"] == "DELETE, GET"


def test_near_names_are_told(client):
    told = client.post(RUNS, json={"question": "a", "belterr": "research"}).json()
    assert told["errors"] == [{"pointer": "/belterr", "detail": "no such field; did you mean belter?"}]


def test_every_error_of_moe_is_a_kind_of_problem():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MoeError)]
    assert not [kind.code for kind in kinds if kind.code not in PROBLEMS]


def test_an_unknown_code_is_told_as_a_fault():
    assert ProblemError("nonsense", "x").describe().status == 500
    assert find_code(418) == "error"


def test_the_api_is_described_with_its_problems(client):
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = [one for path in described["paths"].values() for one in path.values()]
    answers = [answer for one in operations if "openai" not in one["tags"] for answer in one["responses"].items()]
    assert not [
        code for code, answer in answers if int(code) >= 400 and code != "503" and "problem+json" not in str(answer)
    ]
    assert all(one["summary"] and one["description"] for one in operations)
