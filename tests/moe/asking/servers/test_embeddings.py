"""Vectors of a model server in the place of the model on this machine."""

import json

import anyio
import numpy as np
import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import ConfigError, ModelError, NameUnknownError
from moe_core.testing.embedding import HashEmbedder

TEXTS = {
    "mill.txt": "The tide mill grinds barley for the brewers of the bay.",
    "light.txt": "Ansa Lind keeps the lamp at the harbour burning all night.",
    "eel.txt": "Eels are smoked over alder wood in the old boat house.",
}
QUESTION = "Who keeps the lamp burning?"


@pytest.fixture
def embedding_server(server):
    """Embeds as OpenAI's API does, by hashed words, in vectors five long."""

    def embed(handler) -> None:
        texts = json.loads(server.seen[-1]["body"])["input"]
        vectors = 5 * HashEmbedder().embed(texts)
        data = [{"index": at, "embedding": [float(number) for number in vector]} for at, vector in enumerate(vectors)]
        body = json.dumps({"data": data}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    server.routes["/v1/embeddings"] = embed
    return server


@pytest.fixture
def project(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def open_app(project, url, **overrides):
    settings = {
        "system.provider": "extractive",
        "system.retriever": "dense",
        "system.embeddings": "openai:words",
        "providers.providers.openai.base_url": f"{url}/v1",
        **overrides,
    }
    return App.open(project=project, environ={"HOME": str(project), "MOE_TRUST": "/"}, overrides=settings)


def list_texts(server) -> list[str]:
    requests = [json.loads(seen["body"]) for seen in server.seen]
    assert {request["model"] for request in requests} <= {"words"}
    return [text for request in requests for text in request["input"]]


def ask(app, question=QUESTION):
    return anyio.run(app.run, RunRequest(question=question, docs=(str(app.project),)))


def test_a_server_embeds_each_text_once_and_the_question_each_time(project, embedding_server):
    first = open_app(project, embedding_server.url)
    result = ask(first)
    assert "Ansa Lind" in result.answer
    texts = list_texts(embedding_server)
    assert sorted(text for text in texts if text != QUESTION) == sorted(
        text for text in texts if any(text.endswith(kept) for kept in TEXTS.values())
    )
    embedding_server.seen.clear()
    assert ask(open_app(project, embedding_server.url)).answer == result.answer
    assert set(list_texts(embedding_server)) == {QUESTION}


def test_vectors_of_another_server_are_others(project, embedding_server, start_server):
    ask(open_app(project, embedding_server.url))
    other = start_server()
    other.routes["/v1/embeddings"] = (200, {}, b'{"data": []}')
    with pytest.raises(ModelError):
        open_app(project, other.url).open_library([str(project)])
    assert len(list_texts(other)) > 1


def test_vectors_are_made_one_long(project, embedding_server):
    app = open_app(project, embedding_server.url)
    library = app.open_library([str(project)])
    found = library.explore(QUESTION, k=1)
    assert found.hits[0].passage.text == TEXTS["light.txt"]
    assert np.isfinite([hit.score for hit in found.hits]).all()


def test_the_index_keeps_vectors_ready(project, embedding_server):
    app = open_app(project, embedding_server.url)
    app.index.update(add=[str(project / name) for name in TEXTS])
    app.index.prepare()
    assert len(list_texts(embedding_server)) == len(TEXTS)


def test_a_dead_server_is_told_of(project, dead_url):
    with pytest.raises(ModelError) as caught:
        open_app(project, dead_url).open_library([str(project)])
    assert dead_url in str(caught.value)
    assert caught.value.hint


def test_a_zero_vector_is_refused(project, server):
    data = [{"index": at, "embedding": [0.0, 0.0]} for at in range(len(TEXTS))]
    server.routes["/v1/embeddings"] = (200, {}, json.dumps({"data": data}).encode())
    with pytest.raises(Exception, match="without a direction"):
        open_app(project, server.url).open_library([str(project)])


@pytest.mark.parametrize("named", ["words", ":words", "openai:"])
def test_a_name_without_its_parts_is_refused_with_the_form(project, named):
    with pytest.raises(ConfigError) as caught:
        open_app(project, "http://127.0.0.1:9", **{"system.embeddings": named}).open_library([str(project)])
    assert "provider:model" in caught.value.hint


def test_an_unknown_provider_has_its_near_names(project):
    with pytest.raises(NameUnknownError) as caught:
        open_app(project, "http://127.0.0.1:9", **{"system.embeddings": "olama:nomic-embed-text"}).open_library(
            [str(project)]
        )
    assert "ollama" in str(caught.value.hint)


def test_a_lexical_search_asks_no_server(project, embedding_server):
    result = ask(open_app(project, embedding_server.url, **{"system.retriever": "lexical"}))
    assert "Ansa Lind" in result.answer
    assert embedding_server.seen == []


def test_a_real_server_makes_vectors_that_search(project, tiny_server):
    app = open_app(project, tiny_server.url, **{"system.embeddings": f"openai:{tiny_server.model}"})
    library = app.open_library([str(project)])
    assert {hit.passage.text for hit in library.search(TEXTS["eel.txt"], k=3)} <= set(TEXTS.values())
    assert library.search(TEXTS["eel.txt"], k=1)[0].passage.text == TEXTS["eel.txt"]
