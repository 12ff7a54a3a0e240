"""The provider for OpenAI-compatible servers, against a real llama.cpp server and a server that misbehaves."""

import json

import anyio
import pytest

from moe_core import InvalidOutputError, ModelRefusedError, ModelUnavailableError
from moe_core.contracts.errors import ContextOverflowError, ModelMissingError
from moe_core.contracts.messages import Message
from moe_core.testing import check_provider

SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string", "maxLength": 30},
        "score": {"type": "integer", "minimum": 0, "maximum": 9},
    },
    "required": ["answer", "score"],
    "additionalProperties": False,
}


@pytest.mark.anyio
async def test_it_keeps_the_contract_with_a_real_server(tiny_server, open_provider):
    await check_provider(open_provider("openai", tiny_server.url), schema=SCHEMA)


@pytest.mark.anyio
async def test_it_keeps_the_contract_without_a_server(dead_url, open_provider):
    await check_provider(open_provider("openai", dead_url))


@pytest.mark.anyio
async def test_a_server_that_is_not_there_is_told_with_its_address_and_how_to_start_one(dead_url, open_provider, ask):
    provider = open_provider("openai", dead_url)
    with pytest.raises(ModelUnavailableError) as caught:
        await provider.generate(ask())
    assert dead_url in caught.value.message
    assert "llama-server" in caught.value.hint
    assert "providers.openai.base_url" in caught.value.hint
    health = await provider.health()
    assert not health.ok
    assert dead_url in health.detail


@pytest.mark.anyio
@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
async def test_the_address_may_be_written_with_or_without_its_version(tiny_server, open_provider, ending):
    assert await open_provider("openai", tiny_server.url + ending).models() == [tiny_server.model]


@pytest.mark.anyio
async def test_a_real_server_is_recognised_and_counts_exactly_what_it_later_reads(tiny_server, open_provider, ask):
    provider = open_provider("openai", tiny_server.url)
    assert "llama.cpp" in (await provider.health()).detail
    assert await provider.max_context_tokens(tiny_server.model) == tiny_server.context_tokens
    assert (await provider.schema_support(tiny_server.model)).wants_bounds
    request = ask("Who built the mill, and when?", system="Answer briefly.")
    reply = await provider.generate(request)
    assert await provider.count_tokens(request.messages, model=request.model) == reply.usage.prompt_tokens


@pytest.mark.anyio
async def test_a_streamed_answer_is_the_whole_answer_and_counts_the_same(tiny_server, open_provider, ask):
    provider = open_provider("openai", tiny_server.url)
    whole = await provider.generate(ask())
    parts = [part async for part in provider.stream(ask())]
    assert len(parts) > 2
    assert "".join(part.text for part in parts) == parts[-1].reply.text == whole.text
    assert parts[-1].reply.usage.completion_tokens == whole.usage.completion_tokens > 0


@pytest.mark.anyio
async def test_a_schema_is_held_to_whole_and_streamed(tiny_server, open_provider, ask):
    provider = open_provider("openai", tiny_server.url)
    reply = await provider.generate_structured(ask(num_predict=200), SCHEMA)
    assert set(reply.data) == {"answer", "score"}
    last = [part async for part in provider.stream(ask(num_predict=200), SCHEMA)][-1]
    assert last.reply.data == json.loads(last.reply.text)


@pytest.mark.anyio
async def test_reasoning_is_no_part_of_the_answer(tiny_thinking_server, open_provider, ask):
    provider = open_provider("openai", tiny_thinking_server.url)
    reply = await provider.generate(ask())
    parts = [part async for part in provider.stream(ask())]
    assert reply.reasoning == parts[-1].reply.reasoning == "Hm, let me think"
    assert reply.text
    assert "think" not in reply.text
    assert "".join(part.reasoning for part in parts).strip() == reply.reasoning


@pytest.mark.anyio
async def test_thinking_can_be_switched_off(tiny_thinking_server, open_provider, ask):
    silent = open_provider("openai", tiny_thinking_server.url, think=False)
    request = ask()
    thoughtful = open_provider("openai", tiny_thinking_server.url, think=True)
    counted = [(await provider.generate(request)).usage.prompt_tokens for provider in (silent, thoughtful)]
    assert counted[0] != counted[1]  # the template writes another prompt


@pytest.mark.anyio
async def test_texts_become_vectors_in_their_order_however_many(tiny_server, open_provider):
    provider = open_provider("openai", tiny_server.url)
    texts = [f"the mill number {number}" for number in range(70)]
    vectors = await provider.embed(texts, model=tiny_server.model)
    assert len(vectors) == 70
    alone = (await provider.embed([texts[67]], model=tiny_server.model))[0]
    assert vectors[67] == pytest.approx(alone, abs=1e-3)
    assert await provider.embed([], model=tiny_server.model) == []


@pytest.mark.anyio
async def test_a_request_that_is_too_long_tells_both_sizes_and_they_are_remembered(
    start_tiny_server, open_provider, ask
):
    server = start_tiny_server(context_tokens=256, slots=1)
    provider = open_provider("openai", server.url)
    with pytest.raises(ContextOverflowError) as caught:
        await provider.generate(ask("word " * 600))
    assert caught.value.context_tokens == 256
    assert caught.value.prompt_tokens > 256
    assert await provider.max_context_tokens(server.model) == 256


@pytest.mark.anyio
async def test_a_missing_or_wrong_key_names_the_variable_and_never_the_key(start_tiny_server, open_provider, ask):
    server = start_tiny_server(api_key="sk-right")
    assert (await open_provider("openai", server.url, api_key="sk-right").generate(ask())).text
    for key, words in (("", "set the key"), ("sk-wrong-secret", "check the key")):
        provider = open_provider("openai", server.url, api_key=key, key_variable="MILL_KEY")
        with pytest.raises(ModelRefusedError) as caught:
            await provider.generate(ask())
        assert words in caught.value.hint
        assert "MILL_KEY" in caught.value.hint
        assert "sk-wrong" not in f"{caught.value!r} {caught.value.hint} {provider!r} {provider.settings!r}"
    assert not (await provider.health()).ok


@pytest.mark.anyio
async def test_a_server_that_dies_in_the_middle_of_an_answer_is_an_error_and_no_answer(
    start_tiny_server, open_provider, ask
):
    server = start_tiny_server(habit="ramble", answer_tokens_max=100_000)
    provider = open_provider("openai", server.url)
    parts = provider.stream(ask(num_predict=100_000))
    assert (await anext(parts)).reply is None
    server.kill()
    with pytest.raises(ModelUnavailableError):
        assert not [part async for part in parts if part.reply is not None]


@pytest.mark.anyio
async def test_closing_a_stream_closes_its_connection(faulty_server, open_provider, ask):
    faulty_server.plan("stall_mid_body")
    provider = open_provider("openai", faulty_server.url)
    parts = provider.stream(ask())
    await anext(parts)
    await parts.aclose()
    assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: faulty_server.abandoned == 1)
    assert (await provider.generate(ask())).text


@pytest.mark.anyio
async def test_a_cancelled_call_closes_its_connection(faulty_server, open_provider, ask):
    faulty_server.plan("stall_before_headers")
    provider = open_provider("openai", faulty_server.url)
    async with anyio.create_task_group() as group:
        group.start_soon(provider.generate, ask())
        assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: len(faulty_server.questions()) == 1)
        group.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: faulty_server.abandoned == 1)


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["reasoning_content", "reasoning", ""])
async def test_reasoning_is_found_in_each_of_its_spellings(faulty_server, open_provider, ask, key):
    faulty_server.plan("say", times=2, text="In 1871.", reasoning="The deed says so.", reasoning_key=key)
    provider = open_provider("openai", faulty_server.url)
    reply = await provider.generate(ask())
    last = [part async for part in provider.stream(ask())][-1]
    assert (reply.text, reply.reasoning) == ("In 1871.", "The deed says so.")
    assert (last.reply.text, last.reply.reasoning) == ("In 1871.", "The deed says so.")


@pytest.mark.anyio
async def test_a_parameter_that_is_refused_by_name_is_dropped_once_and_remembered(faulty_server, open_provider, ask):
    faulty_server.plan("parameter_refused", parameter="seed")
    provider = open_provider("openai", faulty_server.url)
    reply = await provider.generate(ask())
    assert reply.usage.requests == 2
    await provider.generate(ask())
    assert ["seed" in request.json for request in faulty_server.questions()] == [True, False, False]


@pytest.mark.anyio
async def test_a_parameter_under_a_new_name_is_sent_under_that(faulty_server, open_provider, ask):
    said = {"error": {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}
    faulty_server.plan("respond", status=400, body=json.dumps(said).encode())
    provider = open_provider("openai", faulty_server.url)
    await provider.generate(ask(num_predict=33))
    assert faulty_server.questions()[-1].json["max_completion_tokens"] == 33
    assert "max_tokens" not in faulty_server.questions()[-1].json


@pytest.mark.anyio
async def test_a_server_without_schemas_is_asked_for_any_object_and_then_for_none(faulty_server, open_provider, ask):
    faulty_server.plan("parameter_refused", parameter="response_format", times=2)
    provider = open_provider("openai", faulty_server.url)
    await provider.generate_structured(ask(), SCHEMA)
    asked = [request.json.get("response_format", {}).get("type") for request in faulty_server.questions()]
    assert asked == ["json_schema", "json_object", None]
    assert not (await provider.schema_support("tiny")).keywords
    await provider.generate_structured(ask(), SCHEMA)
    assert "response_format" not in faulty_server.questions()[-1].json


@pytest.mark.anyio
async def test_one_schema_that_a_server_cannot_read_does_not_speak_against_all(faulty_server, open_provider, ask):
    faulty_server.plan("respond", status=400, body=b'{"error": {"message": "Invalid schema for response_format"}}')
    provider = open_provider("openai", faulty_server.url)
    await provider.generate_structured(ask(), SCHEMA)
    await provider.generate_structured(ask(), SCHEMA)
    asked = [request.json["response_format"]["type"] for request in faulty_server.questions()]
    assert asked == ["json_schema", "json_object", "json_schema"]


@pytest.mark.anyio
async def test_an_answer_that_is_asked_too_long_is_asked_as_long_as_there_is_room(faulty_server, open_provider, ask):
    words = (
        "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 "
        "tokens and your request has 96 input tokens (5000 > 4096 - 96)."
    )
    faulty_server.plan("respond", status=400, body=json.dumps({"message": words}).encode())
    provider = open_provider("openai", faulty_server.url)
    await provider.generate(ask(num_predict=5000))
    assert faulty_server.questions()[-1].json["max_tokens"] == 4000


@pytest.mark.anyio
async def test_a_model_that_is_not_there_is_told_with_the_nearest_names(faulty_server, open_provider, ask):
    faulty_server.places["/v1/models"] = {"data": [{"id": "llama-3.1-8b"}, {"id": "qwen3-8b"}]}
    faulty_server.plan("model_missing")
    with pytest.raises(ModelMissingError) as caught:
        await open_provider("openai", faulty_server.url).generate(ask(model="llama-3.1-70b"))
    assert "'llama-3.1-70b'" in caught.value.message
    assert "llama-3.1-8b" in caught.value.hint


@pytest.mark.anyio
async def test_output_that_the_server_itself_cannot_fit_to_the_schema_may_be_asked_again(
    faulty_server, open_provider, ask
):
    faulty_server.plan("format_mismatch")
    with pytest.raises(InvalidOutputError) as caught:
        await open_provider("openai", faulty_server.url).generate_structured(ask(), SCHEMA)
    assert caught.value.retryable


@pytest.mark.anyio
async def test_an_answer_that_was_cut_off_says_so_and_holds_no_data(faulty_server, open_provider, ask):
    faulty_server.plan("cut_short")
    reply = await open_provider("openai", faulty_server.url).generate_structured(ask(), SCHEMA)
    assert reply.finish_reason == "length"
    assert reply.data is None


@pytest.mark.anyio
async def test_a_key_does_not_follow_a_redirect(faulty_server, open_provider, ask):
    faulty_server.plan("redirect")
    provider = open_provider("openai", faulty_server.url, api_key="sk-secret")
    with pytest.raises(ModelRefusedError, match="redirects to localhost"):
        await provider.generate(ask())
    assert not [request for request in faulty_server.requests if request.path == "/elsewhere"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("places", "name", "tokens"),
    [
        ({"/v1/models": {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 32768}]}}, "vLLM", 32768),
        ({"/v1/models": {"data": [{"id": "m", "owned_by": "sglang", "max_model_len": 8000}]}}, "SGLang", 8000),
        (
            {
                "/v1/models": {"data": [{"id": "m", "owned_by": "organization_owner"}]},
                "/api/v0/models": {"data": [{"id": "m", "max_context_length": 131072, "loaded_context_length": 16384}]},
            },
            "LM Studio",
            16384,
        ),
        (
            {
                "/v1/models": {"data": [{"id": "m", "owned_by": "library"}]},
                "/api/ps": {"models": [{"name": "m:latest", "context_length": 9000}]},
            },
            "Ollama",
            9000,
        ),
        ({"/v1/models": {"data": [{"id": "m", "context_length": 64000}]}}, "OpenAI-compatible", 64000),
        ({"/v1/models": {"data": [{"id": "m"}]}}, "OpenAI-compatible", 4096),
    ],
)
async def test_each_kind_of_server_tells_its_context_in_its_own_way(
    start_faulty_server, open_provider, places, name, tokens
):
    server = start_faulty_server(speaks="openai")
    server.places |= places
    provider = open_provider("openai", server.url)
    assert name in (await provider.health()).detail
    assert await provider.max_context_tokens("m") == tokens
    assert await provider.max_context_tokens("m") == tokens


@pytest.mark.anyio
async def test_a_server_like_vllm_counts_the_tokens_of_messages(start_faulty_server, open_provider, ask):
    server = start_faulty_server(speaks="openai")
    server.places["/v1/models"] = {"data": [{"id": "tiny", "owned_by": "vllm", "max_model_len": 4096}]}
    server.places["/tokenize"] = {"count": 17, "max_model_len": 4096, "tokens": []}
    provider = open_provider("openai", server.url)
    assert await provider.count_tokens((Message(role="user", content="Hello"),), model="tiny") == 17
    await provider.generate(ask(top_k=5, repeat_penalty=1.1))
    sent = server.questions()[-1].json
    assert (sent["top_k"], sent["repetition_penalty"]) == (5, 1.1)


@pytest.mark.anyio
async def test_a_server_is_asked_what_it_is_once_for_many_calls_at_a_time(faulty_server, open_provider, ask):
    provider = open_provider("openai", faulty_server.url)
    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(provider.generate, ask())
    assert len([request for request in faulty_server.requests if request.path == "/v1/models"]) == 1


@pytest.mark.anyio
async def test_only_other_machines_are_asked_through_a_proxy(faulty_server, open_provider, ask, monkeypatch):
    for name in ("all_proxy", "no_proxy", "ALL_PROXY", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", faulty_server.url)
    assert await open_provider("openai", "http://models.example:9").models() == [faulty_server.model]
    assert faulty_server.requests[-1].headers["host"] == "models.example:9"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert (await open_provider("openai", faulty_server.url).generate(ask())).text


@pytest.mark.anyio
async def test_a_hosted_service_is_not_asked_without_a_key(open_provider, ask, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    provider = open_provider("openai", "https://api.openai.com/v1")
    with pytest.raises(ModelRefusedError) as caught:
        await provider.generate(ask())
    assert "OPENAI_API_KEY" in caught.value.hint
    assert not (await provider.health()).ok


@pytest.mark.anyio
async def test_a_service_s_customary_key_goes_to_that_service_alone(faulty_server, open_provider, ask, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-customary")
    assert open_provider("openai", "https://api.openai.com/v1").server.peer.api_key == "sk-customary"
    await open_provider("openai", faulty_server.url).generate(ask())
    assert all("authorization" not in request.headers for request in faulty_server.requests)


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["The deed.</think>\nIn 1871.", "[THINK]The deed.[/THINK]In 1871."])
async def test_reasoning_among_the_text_is_no_part_of_the_answer(faulty_server, open_provider, ask, text):
    faulty_server.plan("say", times=2, text=text)
    provider = open_provider("openai", faulty_server.url)
    parts = [part async for part in provider.stream(ask())]
    for reply in (await provider.generate(ask()), parts[-1].reply):
        assert (reply.text, reply.reasoning) == ("In 1871.", "The deed.")
    begins = max((place for place, part in enumerate(parts) if part.restarts), default=0)
    assert "".join(part.text for part in parts[begins:]) == "In 1871."
    assert any(part.restarts for part in parts) == ("</think>" in text)
