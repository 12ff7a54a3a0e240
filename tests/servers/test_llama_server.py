"""The tiny model and the real server that runs it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import httpx
import pytest

from byte_pairs import learn_byte_pairs
from llama_server import LlamaServer
from tiny_model import TEXT, Habit, tiny_model_bytes

SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "score": {"type": "integer", "minimum": 0, "maximum": 10},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["answer", "score", "tags"],
    "additionalProperties": False,
}
SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    },
}


def chat(server: LlamaServer, question: str = "Who owned the mill?", **more) -> dict:
    body = {"messages": [{"role": "user", "content": question}], "max_tokens": 400, "seed": 1, **more}
    answer = httpx.post(f"{server.url}/v1/chat/completions", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_model_is_the_same_bytes_in_each_process(tmp_path: Path, hash_seed: str) -> None:
    script = Path(__file__).with_name("tiny_model.py")
    subprocess.run(
        [sys.executable, str(script), str(tmp_path / "tiny.gguf")], check=True, env={"PYTHONHASHSEED": hash_seed}
    )
    assert (tmp_path / "tiny.gguf").read_bytes() == tiny_model_bytes()


def test_habits_differ() -> None:
    assert len({tiny_model_bytes(habit) for habit in get_args(Habit)}) == len(get_args(Habit))


def test_a_word_of_the_page_is_one_token_and_any_text_is_some() -> None:
    pairs = learn_byte_pairs(TEXT.read_text(encoding="utf-8"))
    assert [pairs.tokens[number] for number in pairs.encode("The harbour.")] == ["The", "Ġharbour", "."]
    assert len(pairs.encode("é")) == 2


@pytest.mark.parametrize("temperature", [0, 0.7])
def test_it_answers_with_a_sentence_that_ends(tiny_server: LlamaServer, temperature: float) -> None:
    choice = chat(tiny_server, temperature=temperature)
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["content"].endswith((".", "?"))


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_it_fills_a_schema_without_bounds(tiny_server: LlamaServer, temperature: float) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    choice = chat(tiny_server, temperature=temperature, response_format=wanted)
    value = json.loads(choice["message"]["content"])
    assert set(value) == {"answer", "score", "tags"}
    assert 0 <= value["score"] <= 10


def test_the_same_seed_gives_the_same_answer_and_other_seeds_others(tiny_server: LlamaServer) -> None:
    def answer(seed: int) -> str:
        return chat(tiny_server, seed=seed, temperature=1.0)["message"]["content"]

    assert answer(5) == answer(5)
    assert len({answer(seed) for seed in range(6)}) > 1


def test_embeddings_of_texts_that_share_words_are_alike(tiny_server: LlamaServer) -> None:
    texts = ["the mill was owned by the company", "the company had owned a mill", "He reads passages in the index"]
    answer = httpx.post(f"{tiny_server.url}/v1/embeddings", json={"input": texts}, timeout=60).json()
    one, alike, other = (row["embedding"] for row in answer["data"])

    def likeness(first: list[float], second: list[float]) -> float:
        return sum(x * y for x, y in zip(first, second, strict=True))

    assert likeness(one, one) == pytest.approx(1.0, abs=1e-4)
    assert likeness(one, alike) > likeness(one, other) + 0.1


def test_it_says_how_much_it_reads(tiny_server: LlamaServer) -> None:
    props = httpx.get(f"{tiny_server.url}/props", timeout=60).json()
    assert props["default_generation_settings"]["n_ctx"] == tiny_server.context_tokens
    models = httpx.get(f"{tiny_server.url}/v1/models", timeout=60).json()
    assert [model["id"] for model in models["data"]] == [tiny_server.model]


def test_the_thinking_server_thinks_aloud_before_text_and_before_json(tiny_thinking_server: LlamaServer) -> None:
    assert chat(tiny_thinking_server)["message"]["reasoning_content"] == "Hm, let me think"
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    message = chat(tiny_thinking_server, response_format=wanted)["message"]
    assert message["reasoning_content"] == "Hm, let me think"
    assert set(json.loads(message["content"])) == {"answer", "score", "tags"}


def test_the_thinking_server_can_be_told_not_to(tiny_thinking_server: LlamaServer) -> None:
    message = chat(tiny_thinking_server, chat_template_kwargs={"enable_thinking": False})["message"]
    assert not message.get("reasoning_content")
    assert message["content"]


def test_the_tool_server_calls_the_tool_that_it_is_offered(tiny_tool_server: LlamaServer) -> None:
    choice = chat(tiny_tool_server, tools=[SEARCH])
    assert choice["finish_reason"] == "tool_calls"
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["name"] == "search"
    assert set(json.loads(call["function"]["arguments"])) == {"query"}


def test_a_rambling_server_goes_on_until_it_is_stopped(start_tiny_server: Callable[..., LlamaServer]) -> None:
    server = start_tiny_server(habit="ramble", answer_tokens_max=2000, slots=1)
    choice = chat(server, max_tokens=1500)
    assert choice["finish_reason"] == "length"
    assert choice["message"]["content"].count(". ") > 20


def test_a_babbling_server_answers_some_schema_with_the_server_s_own_error(
    start_tiny_server: Callable[..., LlamaServer],
) -> None:
    server = start_tiny_server(habit="babble", answer_tokens_max=100)
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    seen = [
        httpx.post(
            f"{server.url}/v1/chat/completions",
            json={"messages": [{"role": "user", "content": "x"}], "seed": seed, "response_format": wanted},
            timeout=30,
        )
        for seed in range(8)
    ]
    errors = [answer.json()["error"]["message"] for answer in seen if answer.status_code == 500]
    assert any("does not match the expected peg-native format" in error for error in errors)


def test_a_locked_server_wants_its_key_and_a_small_one_says_its_size(
    start_tiny_server: Callable[..., LlamaServer],
) -> None:
    server = start_tiny_server(api_key="sk-test", context_tokens=256, slots=1)
    body = {"messages": [{"role": "user", "content": "word " * 900}]}
    url = f"{server.url}/v1/chat/completions"
    assert httpx.post(url, json=body, timeout=60).status_code == 401
    overflow = httpx.post(url, json=body, headers={"Authorization": "Bearer sk-test"}, timeout=60)
    assert overflow.status_code == 400
    error = overflow.json()["error"]
    assert error["type"] == "exceed_context_size_error"
    assert error["n_ctx"] == 256
    assert error["n_prompt_tokens"] > 900


def test_a_killed_server_breaks_the_answer_off(start_tiny_server: Callable[..., LlamaServer]) -> None:
    server = start_tiny_server(habit="ramble", answer_tokens_max=30_000, context_tokens=32_000, slots=1)
    body = {"messages": [{"role": "user", "content": "x"}], "stream": True, "max_tokens": 30_000}

    def kill_after_five_pieces() -> None:
        with httpx.stream("POST", f"{server.url}/v1/chat/completions", json=body, timeout=30) as answer:
            for number, _ in enumerate(answer.iter_lines()):
                if number == 5:
                    server.kill()

    with pytest.raises(httpx.TransportError):
        kill_after_five_pieces()
    assert not server.is_running()


def test_the_server_ends_with_its_parent(tmp_path: Path, tiny_server: LlamaServer) -> None:
    script = (
        "import os, sys; from pathlib import Path; from llama_server import LlamaServer;"
        "server = LlamaServer(Path(sys.argv[1])); print(server.url, flush=True); os._exit(9)"
    )
    parent = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parent, stdout=subprocess.PIPE, timeout=60
    )
    assert parent.returncode == 9
    url = parent.stdout.decode().strip()
    for _ in range(1200):
        try:
            httpx.get(f"{url}/health", timeout=60)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("the server outlived its parent")
