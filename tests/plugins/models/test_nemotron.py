"""The Nemotron provider: its models' switches, old NIMs' schemas, and keys."""

import json

import pytest

from moe_core import ModelRefusedError
from moe_core.testing import check_provider

SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


@pytest.mark.anyio
async def test_it_keeps_the_contract_with_a_real_server(tiny_server, open_provider):
    await check_provider(open_provider("nemotron", tiny_server.url))


@pytest.mark.anyio
async def test_the_hosted_service_is_not_asked_without_a_key(open_provider, ask, monkeypatch):
    monkeypatch.delenv("NVIDIA_API_KEY", raising=False)
    provider = open_provider("nemotron")
    assert "integrate.api.nvidia.com" in provider.address.api
    health = await provider.health()
    assert not health.ok
    assert "NVIDIA_API_KEY" in health.detail
    with pytest.raises(ModelRefusedError):
        await provider.generate(ask())


@pytest.mark.parametrize(
    ("model", "switch"),
    [
        ("nvidia/nemotron-3-nano-30b-a3b", "template"),
        ("nvidia/nemotron-3-super-120b-a12b", "template"),
        ("nemotron-3.5-lightning-30b-a3b", "template"),
        ("nvidia/llama-3.3-nemotron-super-49b-v1.5", "slash"),
        ("Llama-3_3-Nemotron-Super-49B-v1_5", "slash"),
        ("nvidia/nvidia-nemotron-nano-9b-v2", "slash"),
        ("NVIDIA-Nemotron-Nano-12B-v2", "slash"),
        ("nvidia/llama-3.3-nemotron-super-49b-v1", "detailed"),
        ("nvidia/llama-3.1-nemotron-nano-8b-v1", "detailed"),
        ("nvidia/llama-3.1-nemotron-ultra-253b-v1", "detailed"),
        ("nvidia/llama-3.1-nemotron-70b-instruct", ""),
        ("meta/llama-3.1-8b-instruct", ""),
    ],
)
def test_each_family_has_its_switch(plugins, model, switch):
    assert plugins("nemotron").find_switch(model) == switch


@pytest.mark.anyio
async def test_the_first_family_is_told_by_a_system_message_of_its_own(faulty_server, open_provider, ask):
    for think, order, temperature in ((True, "on", 0.6), (False, "off", 0.0)):
        provider = open_provider("nemotron", faulty_server.url, think=think)
        await provider.generate(ask(model="nvidia/llama-3.1-nemotron-nano-8b-v1", system="Be brief."))
        body = faulty_server.questions()[-1].json
        assert body["messages"][0] == {"role": "system", "content": f"detailed thinking {order}"}
        assert body["messages"][1]["content"] == "Be brief."
        assert body["temperature"] == temperature
    await provider.generate(ask(model="nvidia/llama-3.1-nemotron-nano-8b-v1", temperature=0.9))
    assert faulty_server.questions()[-1].json["temperature"] == 0.9


@pytest.mark.anyio
@pytest.mark.parametrize("system", ["Be brief.", ""])
async def test_the_second_family_is_told_in_the_system_prompt(faulty_server, open_provider, ask, system):
    provider = open_provider("nemotron", faulty_server.url, think=False)
    await provider.generate(ask(model="nvidia/nvidia-nemotron-nano-9b-v2", system=system))
    first = faulty_server.questions()[-1].json["messages"][0]
    assert first == {"role": "system", "content": f"/no_think\n{system}".strip()}


@pytest.mark.anyio
async def test_the_third_family_is_told_by_its_template(faulty_server, open_provider, ask):
    provider = open_provider("nemotron", faulty_server.url, think="low", reasoning_budget=512)
    await provider.generate(ask(model="nvidia/nemotron-3-nano-30b-a3b"))
    body = faulty_server.questions()[-1].json
    assert body["chat_template_kwargs"] == {"enable_thinking": True, "low_effort": True}
    assert body["reasoning_budget"] == 512


@pytest.mark.anyio
async def test_without_a_wish_nothing_is_switched(faulty_server, open_provider, ask):
    provider = open_provider("nemotron", faulty_server.url)
    await provider.generate(ask(model="nvidia/nemotron-3-nano-30b-a3b"))
    body = faulty_server.questions()[-1].json
    assert "chat_template_kwargs" not in body
    assert len(body["messages"]) == 1


@pytest.mark.anyio
async def test_an_old_nim_is_asked_for_schemas_in_its_own_way_and_that_is_remembered(faulty_server, open_provider, ask):
    refusal = {"detail": [{"type": "extra_forbidden", "loc": ["body", "response_format"], "msg": "not permitted"}]}
    faulty_server.plan("respond", status=422, body=json.dumps(refusal).encode())
    provider = open_provider("nemotron", faulty_server.url)
    for _ in range(2):
        assert (await provider.generate_structured(ask(), SCHEMA)).data is not None
    bodies = [request.json for request in faulty_server.questions()]
    assert ["response_format" in body for body in bodies] == [True, False, False]
    assert bodies[1]["nvext"] == bodies[2]["nvext"] == {"guided_json": SCHEMA}
    assert (await provider.schema_support("tiny")).keywords


@pytest.mark.anyio
async def test_a_nim_that_is_still_loading_says_so(faulty_server, open_provider):
    faulty_server.plan("respond", status=503, path="/v1/health/ready")
    provider = open_provider("nemotron", faulty_server.url)
    assert "not ready" in (await provider.health()).detail
    assert (await provider.health()).ok
