"""The stand-in answers as Ollama's documentation says, with real inference behind it."""

import json
from collections.abc import Callable

import anyio
import httpx
import pytest

from llama_server import LlamaServer
from ollama_stand_in import OllamaStandIn

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}, "score": {"type": "integer", "minimum": 0, "maximum": 9}},
    "required": ["answer", "score"],
    "additionalProperties": False,
}
TURNS = [{"role": "user", "content": "Who owned the mill?"}]
SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    },
}


def post(server: OllamaStandIn, path: str, **body) -> httpx.Response:
    return httpx.post(server.url + path, json={"model": "tiny", **body}, timeout=30, verify=False)


def chat(server: OllamaStandIn, **more) -> dict:
    options = {"seed": 3, "num_predict": 200, **more.pop("options", {})}
    answer = post(server, "/api/chat", **{"messages": TURNS, "stream": False, "options": options, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def get(server: OllamaStandIn, path: str) -> dict:
    return httpx.get(server.url + path, verify=False, timeout=60).json()


def lines(answer: httpx.Response) -> list[dict]:
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_it_says_that_it_is_there(ollama_stand_in: OllamaStandIn) -> None:
    assert httpx.get(ollama_stand_in.url, verify=False, timeout=60).text == "Ollama is running"
    assert "stand-in" in get(ollama_stand_in, "/api/version")["version"]
    assert [model["name"] for model in get(ollama_stand_in, "/api/tags")["models"]] == ["tiny:latest"]


def test_it_shows_what_a_model_reads_and_can(start_ollama_stand_in, tiny_thinking_server: LlamaServer) -> None:
    stand_in = start_ollama_stand_in(tiny_thinking_server, parameters="num_ctx                        2048")
    shown = post(stand_in, "/api/show").json()
    family = shown["model_info"]["general.architecture"]
    assert shown["model_info"][f"{family}.context_length"] == tiny_thinking_server.context_tokens
    assert shown["capabilities"] == ["completion", "tools", "embedding", "thinking"]
    assert shown["parameters"].split() == ["num_ctx", "2048"]


def test_a_chat_is_answered_and_counted(ollama_stand_in: OllamaStandIn) -> None:
    answer = chat(ollama_stand_in)
    assert answer["message"]["role"] == "assistant"
    assert answer["message"]["content"].endswith((".", "?"))
    assert (answer["done"], answer["done_reason"]) == (True, "stop")
    assert answer["prompt_eval_count"] > 5
    assert answer["eval_count"] > 1


def test_a_stream_s_pieces_are_the_answer(ollama_stand_in: OllamaStandIn) -> None:
    whole = chat(ollama_stand_in)
    options = {"seed": 3, "num_predict": 200}
    pieces = lines(post(ollama_stand_in, "/api/chat", messages=TURNS, options=options))
    assert "".join(piece["message"]["content"] for piece in pieces) == whole["message"]["content"]
    assert [piece["done"] for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert pieces[-1]["eval_count"] == whole["eval_count"]


def test_a_format_is_kept_to(ollama_stand_in: OllamaStandIn) -> None:
    value = json.loads(chat(ollama_stand_in, format=SCHEMA)["message"]["content"])
    assert set(value) == {"answer", "score"}
    assert json.loads(chat(ollama_stand_in, format="json", options={"num_predict": 500})["message"]["content"])


def test_thinking_stands_apart_and_can_be_turned_off(start_ollama_stand_in, tiny_thinking_server: LlamaServer) -> None:
    stand_in = start_ollama_stand_in(tiny_thinking_server)
    assert chat(stand_in, think=True)["message"]["thinking"] == "Hm, let me think"
    assert "thinking" not in chat(stand_in, think=False)["message"]
    pieces = lines(post(stand_in, "/api/chat", messages=TURNS, think=True))
    assert "".join(piece["message"].get("thinking", "") for piece in pieces) == "Hm, let me think"


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_with_an_object(start_ollama_stand_in, tiny_tool_server: LlamaServer, stream: bool) -> None:
    stand_in = start_ollama_stand_in(tiny_tool_server)
    answer = post(stand_in, "/api/chat", messages=TURNS, tools=[SEARCH], stream=stream, options={"num_predict": 300})
    messages = [piece["message"] for piece in (lines(answer) if stream else [answer.json()])]
    (call,) = [call for message in messages for call in message.get("tool_calls", ())]
    assert call["function"]["name"] == "search"
    assert set(call["function"]["arguments"]) == {"query"}


def test_a_conversation_with_a_tool_s_result_goes_on(start_ollama_stand_in, tiny_server: LlamaServer) -> None:
    called = {"role": "assistant", "tool_calls": [{"function": {"name": "search", "arguments": {"query": "mill"}}}]}
    result = {"role": "tool", "tool_name": "search", "content": "The town."}
    assert chat(start_ollama_stand_in(tiny_server), messages=[*TURNS, called, result])["message"]["content"]


def test_generate_takes_a_prompt(ollama_stand_in: OllamaStandIn) -> None:
    answer = post(ollama_stand_in, "/api/generate", prompt="The mill", system="Be short.", stream=False).json()
    assert answer["response"]
    assert answer["done_reason"] == "stop"


def test_embeddings_can_be_shortened(ollama_stand_in: OllamaStandIn) -> None:
    answer = post(ollama_stand_in, "/api/embed", input=["the mill", "the bridge"], dimensions=64).json()
    assert [len(vector) for vector in answer["embeddings"]] == [64, 64]
    assert [sum(part**2 for part in vector) for vector in answer["embeddings"]] == pytest.approx([1, 1])
    assert post(ollama_stand_in, "/api/embed", input=[]).json()["embeddings"] == []


def test_a_model_stays_loaded_as_long_as_asked(ollama_stand_in: OllamaStandIn) -> None:
    assert get(ollama_stand_in, "/api/ps") == {"models": []}
    chat(ollama_stand_in, keep_alive="5m", options={"num_ctx": 1024})
    (running,) = get(ollama_stand_in, "/api/ps")["models"]
    assert (running["name"], running["context_length"]) == ("tiny:latest", 1024)
    unloaded = chat(ollama_stand_in, messages=[], keep_alive=0)
    assert unloaded["done_reason"] == "unload"
    assert get(ollama_stand_in, "/api/ps") == {"models": []}
    assert chat(ollama_stand_in, messages=[], keep_alive=-1)["done_reason"] == "load"


def test_the_oldest_messages_go_when_there_is_no_room(ollama_stand_in: OllamaStandIn) -> None:
    old = {"role": "user", "content": "the mill " * 200}
    system = {"role": "system", "content": "Be short."}
    answer = chat(ollama_stand_in, messages=[system, old, *TURNS], options={"num_ctx": 256})
    assert answer["prompt_eval_count"] < 100
    refused = post(
        ollama_stand_in, "/api/chat", messages=[system, old, *TURNS], options={"num_ctx": 256}, truncate=False
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "the input length exceeds the context length")
    alone = post(ollama_stand_in, "/api/chat", messages=[old], options={"num_ctx": 256})
    assert alone.status_code == 400


def test_the_answer_ends_where_the_room_does(
    start_ollama_stand_in, start_tiny_server: Callable[..., LlamaServer]
) -> None:
    stand_in = start_ollama_stand_in(start_tiny_server(habit="ramble"))
    answer = chat(stand_in, options={"num_ctx": 64, "num_predict": -1})
    assert answer["done_reason"] == "length"
    assert answer["prompt_eval_count"] + answer["eval_count"] == 64


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"model": "nope"}, 404, "model 'nope' not found"),
        ({"model": ""}, 400, "model is required"),
        ({"think": True}, 400, '"tiny" does not support thinking'),
        ({"think": "hard"}, 400, "invalid think value"),
        ({"options": {"num_ctx": "big"}}, 400, 'option "num_ctx" must be of type integer'),
        ({"options": {"stop": "."}}, 400, 'option "stop" must be of type array'),
        ({"format": "xml"}, 500, "invalid format"),
        ({"keep_alive": "soon"}, 400, "invalid duration"),
    ],
)
def test_a_wrong_request_is_refused(ollama_stand_in: OllamaStandIn, body: dict, status: int, message: str) -> None:
    answer = post(ollama_stand_in, "/api/chat", **{"messages": TURNS, **body})
    assert answer.status_code == status
    assert message in answer.json()["error"]


def test_a_model_is_pulled_with_progress(ollama_stand_in: OllamaStandIn) -> None:
    steps = lines(post(ollama_stand_in, "/api/pull", model="tiny-extra"))
    assert steps[0] == {"status": "pulling manifest"}
    assert steps[-1] == {"status": "success"}
    layers = [step for step in steps if "total" in step]
    assert [step.get("completed", 0) for step in layers] == sorted(step.get("completed", 0) for step in layers)
    assert layers[-1]["completed"] == layers[-1]["total"]
    assert chat(ollama_stand_in, model="tiny-extra")["message"]["content"]
    deleted = httpx.request("DELETE", f"{ollama_stand_in.url}/api/delete", json={"model": "tiny-extra"}, timeout=60)
    assert deleted.status_code == 200
    assert len(get(ollama_stand_in, "/api/tags")["models"]) == 1


def test_a_model_that_nobody_has_cannot_be_pulled(ollama_stand_in: OllamaStandIn) -> None:
    missing = "pull model manifest: file does not exist"
    assert lines(post(ollama_stand_in, "/api/pull", model="nope"))[-1] == {"error": missing}
    answer = post(ollama_stand_in, "/api/pull", model="nope", stream=False)
    assert (answer.status_code, answer.json()) == (500, {"error": missing})


def test_a_server_that_dies_is_told_within_the_stream(
    start_ollama_stand_in, start_tiny_server: Callable[..., LlamaServer]
) -> None:
    behind = start_tiny_server(habit="ramble", answer_tokens_max=30_000, context_tokens=32_000, slots=1)
    stand_in = start_ollama_stand_in(behind, default_context_tokens=32_000)
    body = {"model": "tiny", "messages": TURNS}
    with httpx.stream("POST", f"{stand_in.url}/api/chat", json=body, timeout=30) as answer:
        seen = []
        for line in answer.iter_lines():
            seen.append(json.loads(line))
            if len(seen) == 5:
                behind.kill()
    assert answer.status_code == 200
    assert "an error was encountered" in seen[-1]["error"]
    assert post(stand_in, "/api/chat", messages=TURNS).status_code == 500


@pytest.mark.anyio
async def test_an_answer_that_nobody_waits_for_is_not_written(
    start_ollama_stand_in, start_tiny_server: Callable[..., LlamaServer]
) -> None:
    behind = start_tiny_server(habit="ramble", answer_tokens_max=30_000, context_tokens=32_000, slots=1)
    stand_in = start_ollama_stand_in(behind, default_context_tokens=32_000)
    body = {"model": "tiny", "messages": TURNS}
    async with (
        httpx.AsyncClient(timeout=30) as client,
        client.stream("POST", f"{stand_in.url}/api/chat", json=body) as answer,
    ):
        assert await anext(answer.aiter_lines())
    assert await anyio.to_thread.run_sync(stand_in.wait_until, lambda: stand_in.open_connections() == 0)
    assert stand_in.abandoned == 1


def test_its_openai_side_knows_the_same_models(start_ollama_stand_in, tiny_thinking_server: LlamaServer) -> None:
    stand_in = start_ollama_stand_in(tiny_thinking_server)
    assert [model["id"] for model in get(stand_in, "/v1/models")["data"]] == ["tiny:latest"]
    answer = post(stand_in, "/v1/chat/completions", messages=TURNS).json()
    assert answer["choices"][0]["message"]["reasoning"] == "Hm, let me think"
    assert post(stand_in, "/v1/chat/completions", model="nope", messages=TURNS).status_code == 404
