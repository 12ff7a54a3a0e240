"""OpenAI's own package, asking moe for vectors that a model server makes."""

import json

import openai
import pytest

TEXTS = ["the tidal mill", "the wheel turns at ebb", "the mill"]
MODEL = "openai:words"


def open_client(project, key="any"):
    return openai.OpenAI(base_url=f"{project.url}/v1", api_key=key, max_retries=0)


def list_settings(server):
    return (f"system.embeddings={MODEL}", f"providers.providers.openai.base_url={server.url}/v1")


@pytest.fixture
def asked(own, faulty_server):
    """A server of moe's whose vectors come from a model server, and a client of it."""
    own.start("--workers", "1", settings=list_settings(faulty_server))
    with open_client(own) as client:
        yield client


def ask_often(client):
    """As the charge may come after the answer."""
    for _ in range(20):
        client.embeddings.create(model=MODEL, input=TEXTS)


def measure_likeness(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_vectors_are_the_models_in_the_texts_order(own, asked, faulty_server):
    answer = asked.embeddings.create(model=MODEL, input=TEXTS)
    vectors = [entry.embedding for entry in answer.data]
    assert [entry.index for entry in answer.data] == [0, 1, 2]
    assert measure_likeness(vectors[0], vectors[2]) > 0.7 > measure_likeness(vectors[0], vectors[1])
    assert (answer.model, answer.usage.total_tokens) == (MODEL, answer.usage.prompt_tokens)
    assert 8 <= answer.usage.prompt_tokens <= 20
    plain = asked.embeddings.create(model="words", input=TEXTS[0], encoding_format="float")
    assert plain.data[0].embedding == pytest.approx(vectors[0], abs=1e-6)
    assert [request.json["model"] for request in faulty_server.questions()] == ["words", "words"]
    assert MODEL in [model.id for model in asked.models.list()]
    with own.open_client() as client:
        assert 'moe_model_calls_total{provider="openai",role=""} 2' in client.get("/metrics").text


def test_what_cannot_be_done_is_told_in_their_form(asked, faulty_server):
    for options, kind, told in (
        ({"model": "text-embedding-3-small"}, openai.NotFoundError, MODEL),
        ({"dimensions": 2}, openai.UnprocessableEntityError, "dimensions"),
        ({"input": ""}, openai.UnprocessableEntityError, "/input/0"),
        ({"input": ["mill", ""]}, openai.UnprocessableEntityError, "/input/1"),
        ({"input": []}, openai.UnprocessableEntityError, "/input"),
        ({"input": [[1, 2]]}, openai.UnprocessableEntityError, "/input/0: must be text"),
    ):
        with pytest.raises(kind) as caught:
            asked.embeddings.create(**{"model": MODEL, "input": "mill", **options})
        assert caught.value.code
        assert told in str(caught.value)
    assert not faulty_server.questions()
    faulty_server.plan("unauthorized", None)
    with pytest.raises(openai.InternalServerError) as caught:
        asked.embeddings.create(model=MODEL, input="mill")
    assert caught.value.code == "model_refused"


def test_without_a_model_that_embeds_the_setting_is_named(served):
    with open_client(served) as client, pytest.raises(openai.ConflictError, match=r"system\.embeddings names one"):
        client.embeddings.create(model="moe", input="mill")


def test_texts_are_charged_to_the_key_that_may_ask(own, faulty_server):
    keys = {
        name: json.loads(own.run("keys", "create", name, *options, "--json").stdout)["key"]
        for name, options in (("reader", ("--scope", "runs:read")), ("spender", ("--budget", "tokens=5/day")))
    }
    try:
        own.start("--workers", "1", settings=list_settings(faulty_server))
        with open_client(own, keys["reader"]) as client, pytest.raises(openai.PermissionDeniedError):
            client.embeddings.create(model=MODEL, input=TEXTS)
        with open_client(own, keys["spender"]) as client:
            client.embeddings.create(model=MODEL, input=TEXTS)
            with pytest.raises(openai.RateLimitError, match="has spent its 5 tokens"):
                ask_often(client)
    finally:
        for name in keys:
            own.run("keys", "revoke", name)
