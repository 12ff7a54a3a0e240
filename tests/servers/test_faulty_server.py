"""The faulty server does what it is told, and answers well when it is told nothing."""

import json

import anyio
import httpx
import jsonschema
import pytest

from faults import BAD_BODIES, BROKEN_CONNECTIONS, FAULTS, REFUSALS, STALLS
from faulty_server import FaultyServer
from smallest_value import smallest_value

CHAT = {"/v1/chat/completions": "openai", "/api/chat": "ollama"}
TURNS = [{"role": "user", "content": "Who owned the mill?"}]
SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string", "minLength": 3},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}, "minItems": 2},
        "note": {"type": "string"},
    },
    "required": ["answer", "parts"],
    "additionalProperties": False,
    "$defs": {
        "part": {
            "type": "object",
            "properties": {"kind": {"enum": ["a", "b"]}, "score": {"type": "number", "exclusiveMinimum": 3}},
            "required": ["kind", "score"],
        }
    },
}


def ask(server: FaultyServer, path: str, **more) -> httpx.Response:
    return httpx.post(
        server.url + path, json={"model": "any", "messages": TURNS, "stream": False, **more}, timeout=5, verify=False
    )


def text_of(answer: httpx.Response) -> str:
    value = answer.json()
    return (value["choices"][0] if "choices" in value else value)["message"]["content"]


def streamed(answer: httpx.Response) -> list[dict]:
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    return [json.loads(line) for line in lines if line != "[DONE]"]


@pytest.mark.parametrize("path", CHAT)
def test_untold_it_answers_well(faulty_server: FaultyServer, path: str) -> None:
    assert text_of(ask(faulty_server, path)) == "The mill was sold to the town."
    (request,) = faulty_server.requests
    assert (request.method, request.path, request.json["messages"]) == ("POST", path, TURNS)
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("/api/chat", {"format": SCHEMA}),
        ("/v1/chat/completions", {"nvext": {"guided_json": SCHEMA}}),
        ("/v1/chat/completions", {"structured_outputs": {"json": SCHEMA}}),
        (
            "/v1/chat/completions",
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
        ),
    ],
)
def test_it_fills_the_schema_asked_for(faulty_server: FaultyServer, path: str, wish: dict) -> None:
    jsonschema.validate(json.loads(text_of(ask(faulty_server, path, **wish))), SCHEMA)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3, "maximum": 9},
        {"type": "number", "maximum": -2},
        {"type": "integer", "exclusiveMinimum": 4, "multipleOf": 5},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"allOf": [SCHEMA["$defs"]["part"], {"properties": {"x": {"const": 7}}, "required": ["x"]}]},
        {"type": ["boolean", "null"]},
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "object"}], "minItems": 2},
    ],
)
def test_the_smallest_value_matches_its_schema(schema: dict) -> None:
    jsonschema.validate(smallest_value(schema), schema)


def test_a_stream_s_pieces_are_the_answer(faulty_server: FaultyServer) -> None:
    ollama = streamed(ask(faulty_server, "/api/chat", stream=True))
    assert "".join(piece["message"]["content"] for piece in ollama) == "The mill was sold to the town."
    assert [piece["done"] for piece in ollama].count(True) == 1
    assert ollama[-1]["eval_count"] == 8
    options = {"include_usage": True}
    openai = streamed(ask(faulty_server, "/v1/chat/completions", stream=True, stream_options=options))
    choices = [piece["choices"][0] for piece in openai[:-1]]
    assert "".join(choice["delta"].get("content", "") for choice in choices) == "The mill was sold to the town."
    assert choices[-1]["finish_reason"] == "stop"
    assert openai[-1]["usage"]["total_tokens"] == 20


def test_a_tool_that_must_be_called_is_called(faulty_server: FaultyServer) -> None:
    parameters = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    tools = [{"type": "function", "function": {"name": "search", "parameters": parameters}}]
    openai = ask(faulty_server, "/v1/chat/completions", tools=tools, tool_choice="required").json()["choices"][0]
    (call,) = openai["message"]["tool_calls"]
    assert call["function"] == {"name": "search", "arguments": '{"query": "x"}'}
    (call,) = ask(faulty_server, "/api/chat", tools=tools).json()["message"]["tool_calls"]
    assert call["function"]["arguments"] == {"query": "x"}


def test_embeddings_have_one_unit_vector_a_text(faulty_server: FaultyServer) -> None:
    texts = ["the mill", "the mill was sold", ""]
    openai = httpx.post(f"{faulty_server.url}/v1/embeddings", json={"model": "m", "input": texts}, timeout=60).json()
    ollama = httpx.post(f"{faulty_server.url}/api/embed", json={"model": "m", "input": texts}, timeout=60).json()
    assert [row["embedding"] for row in openai["data"]] == ollama["embeddings"]
    assert [sum(part**2 for part in vector) for vector in ollama["embeddings"]] == pytest.approx([1, 1, 1])


def test_a_test_says_what_the_model_says(faulty_server: FaultyServer) -> None:
    faulty_server.plan("say", text="not {json", reasoning="hm", reasoning_key="reasoning")
    faulty_server.plan("say", text="yes", reasoning="hm", reasoning_key="")
    message = ask(faulty_server, "/v1/chat/completions").json()["choices"][0]["message"]
    assert (message["content"], message["reasoning"]) == ("not {json", "hm")
    assert text_of(ask(faulty_server, "/v1/chat/completions")) == "<think>hm</think>yes"
    assert text_of(ask(faulty_server, "/v1/chat/completions")) == "The mill was sold to the town."


def test_plans_happen_in_turn_and_only_to_questions(faulty_server: FaultyServer) -> None:
    faulty_server.plan("too_many_requests", times=2, retry_after=3)
    faulty_server.plan("unavailable", path="/v1/models")
    first, second, third = (ask(faulty_server, "/v1/chat/completions") for _ in range(3))
    assert [answer.status_code for answer in (first, second, third)] == [429, 429, 200]
    assert first.headers["retry-after"] == "3"
    assert [httpx.get(f"{faulty_server.url}/v1/models", timeout=60).status_code for _ in range(2)] == [503, 200]
    assert len(faulty_server.questions()) == 3


def test_an_unknown_fault_or_option_is_refused(faulty_server: FaultyServer) -> None:
    with pytest.raises(ValueError, match="no fault 'slow'"):
        faulty_server.plan("slow")
    with pytest.raises(TypeError, match="colour"):
        faulty_server.plan("reset", colour="red")


def test_it_can_speak_one_api_alone(start_faulty_server) -> None:
    server = start_faulty_server(speaks="openai")
    assert ask(server, "/api/chat").status_code == 404
    assert ask(server, "/v1/chat/completions").status_code == 200
    server.places["/version"] = {"version": "0.12.0"}
    assert httpx.get(f"{server.url}/version", timeout=60).json() == {"version": "0.12.0"}


@pytest.mark.parametrize("path", CHAT)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_is_a_status_and_a_message(faulty_server: FaultyServer, fault: str, path: str, stream: bool) -> None:
    faulty_server.plan(fault)
    answer = ask(faulty_server, path, stream=stream)
    assert answer.status_code >= 300
    if fault != "redirect":
        error = answer.json()["error"]
        assert error if path == "/api/chat" else error["message"]
    assert ask(faulty_server, path).status_code == 200


@pytest.mark.parametrize("path", CHAT)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", [fault for fault in BROKEN_CONNECTIONS if fault != "unfinished_stream"])
def test_a_broken_connection_is_seen_by_the_client(
    faulty_server: FaultyServer, fault: str, path: str, stream: bool
) -> None:
    faulty_server.plan(fault)
    with pytest.raises(httpx.TransportError):
        ask(faulty_server, path, stream=stream)
    assert ask(faulty_server, path).status_code == 200


@pytest.mark.parametrize("path", CHAT)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", STALLS)
@pytest.mark.anyio
async def test_a_stall_lasts_until_the_client_leaves(
    faulty_server: FaultyServer, fault: str, path: str, stream: bool
) -> None:
    faulty_server.plan(fault)
    body = {"model": "any", "messages": TURNS, "stream": stream}
    async with httpx.AsyncClient(timeout=30) as client:
        with anyio.move_on_after(0.15) as limit:
            await client.post(faulty_server.url + path, json=body)
        assert limit.cancelled_caught
        closed = lambda: faulty_server.open_connections() == 0  # noqa: E731
        assert await anyio.to_thread.run_sync(faulty_server.wait_until, closed)
    assert faulty_server.abandoned == 1
    assert faulty_server.answers_under_way() == 0


def is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("path", CHAT)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", ["malformed_json", "malformed_utf8", "empty_body", "html_page"])
def test_a_bad_body_holds_what_is_not_json(faulty_server: FaultyServer, fault: str, path: str, stream: bool) -> None:
    faulty_server.plan(fault)
    lines = ask(faulty_server, path, stream=stream).content.splitlines()
    values = [line.removeprefix(b"data: ") for line in lines if line not in (b"", b"data: [DONE]")]
    assert not values or not all(is_json(value) for value in values)


@pytest.mark.parametrize("path", CHAT)
def test_a_text_may_be_cut_short(faulty_server: FaultyServer, path: str) -> None:
    faulty_server.plan("cut_short")
    answer = ask(faulty_server, path).json()
    reason = answer["choices"][0]["finish_reason"] if "choices" in answer else answer["done_reason"]
    assert reason == "length"


@pytest.mark.parametrize("path", CHAT)
def test_a_stream_may_end_with_an_error_or_without_an_end(faulty_server: FaultyServer, path: str) -> None:
    faulty_server.plan("error_mid_stream", message="out of memory")
    failed = streamed(ask(faulty_server, path, stream=True))
    assert "out of memory" in str(failed[-1]["error"])
    assert len(failed) > 1
    faulty_server.plan("unfinished_stream")
    unfinished = streamed(ask(faulty_server, path, stream=True))
    assert not any(piece.get("done") or "usage" in piece for piece in unfinished)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", ["huge_body", "gzip_bomb"])
def test_a_huge_body_goes_on_until_the_client_has_enough(faulty_server: FaultyServer, fault: str, stream: bool) -> None:
    faulty_server.plan(fault)
    body = {"model": "any", "messages": TURNS, "stream": stream}
    size = 0
    with httpx.stream("POST", f"{faulty_server.url}/api/chat", json=body, timeout=10) as answer:
        for piece in answer.iter_bytes():
            size += len(piece)
            if size > 10_000_000:
                break
    assert size > 10_000_000


@pytest.mark.parametrize("wording", ["llama.cpp", "openai", "vllm", "ollama"])
def test_an_overflow_has_each_server_s_words(faulty_server: FaultyServer, wording: str) -> None:
    faulty_server.plan("context_overflow", wording=wording, prompt_tokens=777, context_tokens=512)
    answer = ask(faulty_server, "/v1/chat/completions")
    assert answer.status_code == 400
    assert ("777" in answer.text and "512" in answer.text) == (wording != "ollama")


def test_a_redirect_leads_to_another_host_that_is_recorded(faulty_server: FaultyServer) -> None:
    faulty_server.plan("redirect")
    body = {"model": "any", "messages": TURNS}
    headers = {"Authorization": "Bearer key"}
    url = f"{faulty_server.url}/v1/chat/completions"
    httpx.post(url, json=body, headers=headers, follow_redirects=True, timeout=5, verify=False)
    here, there = faulty_server.requests
    assert here.headers["authorization"] == "Bearer key"
    assert there.path == "/elsewhere"
    assert "authorization" not in there.headers


def test_every_fault_has_a_place_in_one_of_the_four_groups() -> None:
    assert len(FAULTS) == len(REFUSALS) + len(BROKEN_CONNECTIONS) + len(STALLS) + len(BAD_BODIES)


def test_nothing_listens_at_the_dead_url(dead_url: str) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(dead_url, timeout=60)
