"""The Ollama provider, against a stand-in for Ollama before a real llama.cpp server."""

import json

import anyio
import pytest

from moe_core import ModelUnavailableError
from moe_core.contracts.errors import ContextOverflowError, ModelMissingError
from moe_core.testing import check_provider

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "maxLength": 30}},
    "required": ["answer"],
    "additionalProperties": False,
}


def sent(stand_in, path="/api/chat"):
    return [request.json for request in stand_in.requests if request.path == path]


@pytest.mark.anyio
async def test_it_keeps_the_contract_with_its_server(ollama_stand_in, open_provider):
    await check_provider(open_provider("ollama", ollama_stand_in.url), schema=SCHEMA)


@pytest.mark.anyio
async def test_it_keeps_the_contract_without_a_server(dead_url, open_provider):
    await check_provider(open_provider("ollama", dead_url))


@pytest.mark.anyio
async def test_a_server_that_is_not_there_is_told_with_how_to_start_it(dead_url, open_provider, ask):
    with pytest.raises(ModelUnavailableError) as caught:
        await open_provider("ollama", dead_url).generate(ask())
    assert "ollama serve" in caught.value.hint
    assert "providers.ollama.base_url" in caught.value.hint


@pytest.mark.anyio
@pytest.mark.parametrize("ending", ["", "/", "/v1", "/api"])
async def test_the_address_may_end_in_one_of_its_apis(ollama_stand_in, open_provider, ending):
    assert ollama_stand_in.model in (await open_provider("ollama", ollama_stand_in.url + ending).models())[0]


@pytest.mark.anyio
@pytest.mark.parametrize("form", ["{host}:{port}", "http://{host}:{port}", "0.0.0.0:{port}", ":{port}"])
async def test_the_variable_of_ollama_says_where_it_is(ollama_stand_in, open_provider, form, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", form.format(host="127.0.0.1", port=ollama_stand_in.port))
    assert (await open_provider("ollama").health()).ok


@pytest.mark.anyio
async def test_a_streamed_answer_is_the_whole_answer_and_counts_the_same(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url)
    whole = await provider.generate(ask())
    parts = [part async for part in provider.stream(ask())]
    assert len(parts) > 2
    assert "".join(part.text for part in parts) == parts[-1].reply.text == whole.text
    assert parts[-1].reply.usage.prompt_tokens == whole.usage.prompt_tokens > 0


@pytest.mark.anyio
async def test_a_schema_is_held_to_whole_and_streamed(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url)
    assert set((await provider.generate_structured(ask(num_predict=200), SCHEMA)).data) == {"answer"}
    last = [part async for part in provider.stream(ask(num_predict=200), SCHEMA)][-1]
    assert last.reply.data == json.loads(last.reply.text)


@pytest.mark.anyio
async def test_known_options_are_passed_on_and_others_are_not(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url, keep_alive="10m")
    await provider.generate(ask(temperature=0.5, top_k=9, stop="END", num_ctx=2048, mirostat=1, made_up=3))
    (body,) = sent(ollama_stand_in)
    assert body["options"] == {
        "seed": 1,
        "num_predict": 60,
        "temperature": 0.5,
        "top_k": 9,
        "stop": ["END"],
        "num_ctx": 2048,
    }
    assert body["keep_alive"] == "10m"
    assert body["truncate"] is False
    assert "think" not in body


@pytest.mark.anyio
async def test_the_context_is_always_said_and_never_shrinks(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url)
    assert await provider.max_context_tokens("tiny") == 4096
    for wanted in (1024, 2048, 1024):
        await provider.generate(ask(num_ctx=wanted))
    await provider.generate(ask())
    await provider.generate(ask(num_ctx=1_000_000))
    assert [body["options"]["num_ctx"] for body in sent(ollama_stand_in)] == [1024, 2048, 2048, 4096, 4096]
    assert len(sent(ollama_stand_in, "/api/show")) == 1


@pytest.mark.anyio
async def test_the_option_num_ctx_bounds_what_is_claimed(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url, num_ctx=1536)
    assert await provider.max_context_tokens("tiny") == 1536
    await provider.generate(ask())
    assert sent(ollama_stand_in)[0]["options"]["num_ctx"] == 1536


@pytest.mark.anyio
async def test_a_request_that_is_too_long_is_refused_and_not_cut(ollama_stand_in, open_provider, ask):
    with pytest.raises(ContextOverflowError):
        await open_provider("ollama", ollama_stand_in.url).generate(ask("word " * 6000, num_ctx=4096))


@pytest.mark.anyio
async def test_reasoning_is_no_part_of_the_answer(start_ollama_stand_in, tiny_thinking_server, open_provider, ask):
    server = start_ollama_stand_in(behind=tiny_thinking_server)
    provider = open_provider("ollama", server.url, think=True)
    reply = await provider.generate(ask())
    last = [part async for part in provider.stream(ask())][-1]
    assert reply.reasoning == last.reply.reasoning == "Hm, let me think"
    assert reply.text
    assert sent(server)[0]["think"] is True
    assert "thinking" in (await provider.describe("tiny")).capabilities


@pytest.mark.anyio
async def test_a_model_that_cannot_think_answers_without_and_is_not_asked_to_again(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url, think="low")
    assert (await provider.generate(ask())).usage.requests == 2
    assert (await provider.generate(ask())).usage.requests == 1
    assert ["think" in body for body in sent(ollama_stand_in)] == [True, False, False]


@pytest.mark.anyio
async def test_texts_become_vectors(ollama_stand_in, open_provider):
    provider = open_provider("ollama", ollama_stand_in.url)
    vectors = await provider.embed(["the mill", "the harbour"], model="tiny")
    assert len(vectors) == 2
    assert sum(number * number for number in vectors[0]) == pytest.approx(1, abs=1e-3)


@pytest.mark.anyio
async def test_a_model_that_is_not_there_is_told_with_how_to_get_it(ollama_stand_in, open_provider, ask):
    with pytest.raises(ModelMissingError) as caught:
        await open_provider("ollama", ollama_stand_in.url).generate(ask(model="tinny"))
    assert "moe models pull tinny" in caught.value.hint
    assert "tiny" in caught.value.hint


@pytest.mark.anyio
async def test_without_models_it_is_not_well_and_says_how_to_get_one(start_faulty_server, open_provider):
    server = start_faulty_server(speaks="ollama")
    server.places["/api/tags"] = {"models": []}
    health = await open_provider("ollama", server.url).health()
    assert not health.ok
    assert "moe models pull" in health.detail


@pytest.mark.anyio
async def test_another_kind_of_server_is_not_taken_for_ollama(tiny_server, open_provider):
    assert not (await open_provider("ollama", tiny_server.url).health()).ok


@pytest.mark.anyio
async def test_pulling_tells_how_far_it_is_and_the_model_can_be_used(ollama_stand_in, open_provider, ask):
    provider = open_provider("ollama", ollama_stand_in.url)
    steps = [step async for step in provider.pull("tiny-extra")]
    assert steps[-1].status == "success"
    sized = [step for step in steps if step.total]
    assert sized
    assert all(0 <= step.completed <= step.total for step in sized)
    assert sized[-1].completed == sized[-1].total
    assert (await provider.generate(ask(model="tiny-extra"))).text


@pytest.mark.anyio
async def test_what_the_library_does_not_have_cannot_be_pulled(ollama_stand_in, open_provider):
    provider = open_provider("ollama", ollama_stand_in.url)
    with pytest.raises(ModelMissingError, match="no model 'nonesuch'"):
        [step async for step in provider.pull("nonesuch")]


@pytest.mark.anyio
async def test_a_pull_that_breaks_off_is_no_success(faulty_server, open_provider):
    lines = b'{"status": "pulling manifest"}\n{"status": "pulling", "total": 9, "completed": 3}\n'
    faulty_server.plan("respond", path="/api/pull", body=lines, kind="application/x-ndjson")
    pulling = open_provider("ollama", faulty_server.url).pull("big")
    steps = [await anext(pulling), await anext(pulling)]
    with pytest.raises(ModelUnavailableError, match="broke off"):
        await anext(pulling)
    assert [(step.completed, step.total) for step in steps] == [(0, 0), (3, 9)]


@pytest.mark.anyio
async def test_a_server_that_does_not_describe_its_models_is_asked_anyhow(start_faulty_server, open_provider, ask):
    server = start_faulty_server(speaks="ollama")
    del server.places["/api/show"]
    provider = open_provider("ollama", server.url)
    assert (await provider.generate(ask())).text
    assert server.questions()[-1].json["options"]["num_ctx"] == 8192


@pytest.mark.anyio
async def test_closing_a_stream_closes_its_connection(faulty_server, open_provider, ask):
    faulty_server.plan("stall_mid_body")
    provider = open_provider("ollama", faulty_server.url)
    parts = provider.stream(ask())
    await anext(parts)
    await parts.aclose()
    assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: faulty_server.abandoned == 1)
