"""OpenAI's own package, asking moe as if it were a model."""

import openai
import pytest

from moe.server.openai.chat_answer import build_completion, cut_answer, stream_completion
from moe.server.openai.chat_request import ChatRequest
from served_project import MILL, QUESTION

ASKED = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION["question"]}]
DOCS = {"docs": ["docs"]}


@pytest.fixture(scope="module")
def chat(served):
    with openai.OpenAI(base_url=f"{served.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def ask(chat, **options):
    return chat.chat.completions.create(**{"model": "moe", "messages": ASKED, "extra_body": DOCS, **options})


def test_an_answer_has_marks_that_point_to_citations(chat):
    answer = ask(chat)
    choice = answer.choices[0]
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")
    assert "Ada Brook" in choice.message.content
    for annotation in choice.message.annotations:
        told = annotation.url_citation
        assert choice.message.content[told.start_index : told.end_index] == "[1]"
        assert told.title.endswith("mill.md")
    cited = answer.moe["citations"][0]
    assert MILL[cited["start"] : cited["end"]] == cited["text"]
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_holds_the_same_text(chat):
    chunks = list(ask(chat, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == ask(chat).choices[0].message.content
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.total_tokens >= 0


def test_models_are_moe_and_its_belters(chat):
    names = [model.id for model in chat.models.list()]
    assert names[0] == "moe"
    assert "moe/research" in names
    assert "Ada Brook" in ask(chat, model="moe/knowledge").choices[0].message.content


def test_stop_and_length_are_honoured(chat):
    whole = ask(chat).choices[0].message.content
    short = ask(chat, max_tokens=2).choices[0]
    assert (short.finish_reason, len(short.message.content.split())) == ("length", 2)
    stopped = ask(chat, stop=["Brook", "nowhere"]).choices[0]
    assert (stopped.finish_reason, stopped.message.content) == ("stop", whole.partition("Brook")[0])


@pytest.mark.parametrize(
    ("options", "kind", "param"),
    [
        ({"model": "moe/reserch"}, openai.NotFoundError, None),
        ({"n": 2}, openai.UnprocessableEntityError, "n"),
        ({"response_format": {"type": "json_object"}}, openai.UnprocessableEntityError, "response_format"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.UnprocessableEntityError, "messages"),
        ({"messages": [{"role": "user", "content": " "}]}, openai.UnprocessableEntityError, "messages/0/content"),
        ({"extra_body": {"docs": ["/etc"]}}, openai.PermissionDeniedError, "docs/0"),
    ],
)
def test_what_cannot_be_done_is_told_in_their_form(chat, options, kind, param):
    with pytest.raises(kind) as caught:
        ask(chat, **options)
    assert caught.value.param == param
    assert caught.value.code


def test_a_key_that_is_missing_is_told_in_their_form(keyed):
    with openai.OpenAI(base_url=f"{keyed.url}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            client.models.list()
        assert (caught.value.code, caught.value.type) == ("key_unknown", "authentication_error")
    with openai.OpenAI(base_url=f"{keyed.url}/v1", api_key=keyed.keys.ann) as client:
        assert client.models.list().data


def test_pieces_of_a_stream_are_the_whole():
    request = ChatRequest(model="moe", messages=[{"role": "user", "content": "?"}])
    answer = "One  two\n\nthree [1] four. " * 9
    result = {
        "run_id": "r",
        "status": "done",
        "answer": answer,
        "citations": [{"document": "a.md"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }
    frames = list(stream_completion(result, request, 0))
    assert frames[-1] == b"data: [DONE]\n\n"
    assert cut_answer(answer, request).text == answer
    assert len(build_completion(result, request, 0)["choices"][0]["message"]["annotations"]) == 9
