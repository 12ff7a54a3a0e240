"""Which parameter a server's refusal is about."""

import json

import pytest

from moe_kit.serving.refusals import Refused, find_refused, learn

BODY = {
    "model": "m",
    "messages": [],
    "stream": True,
    "temperature": 1,
    "top_k": 5,
    "stop": ["x"],
    "seed": 1,
    "max_tokens": 9,
    "stream_options": {},
    "response_format": {},
    "chat_template_kwargs": {},
}


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ({"error": {"message": "Unrecognized request argument supplied: top_k"}}, "top_k"),
        ({"error": {"message": "no", "param": "temperature", "code": "unsupported_value"}}, "temperature"),
        ({"error": {"message": "no", "param": "response_format.json_schema"}}, "response_format"),
        ({"detail": [{"type": "extra_forbidden", "loc": ["body", "top_k"], "msg": "Extra inputs"}]}, "top_k"),
        ({"message": "property 'seed' is unsupported"}, "seed"),
        ({"error": {"message": 'Invalid JSON payload received. Unknown name "stop": Cannot find field.'}}, "stop"),
        ({"error": "stream_options is not permitted"}, "stream_options"),
        ({"error": {"message": "'response_format.type' must be 'json_schema' or 'text'"}}, "response_format"),
        ({"error": {"message": "unknown field enable_thinking"}}, "chat_template_kwargs"),
        ({"error": {"message": "the messages must not be empty"}}, None),
        ({"error": {"message": "the service had to stop"}}, None),
        ({"error": {"message": "model m is not available"}}, None),
        ([], None),
        ("text", None),
    ],
)
def test_the_parameter_is_found_in_each_server_s_words(error, name):
    assert find_refused(BODY, json.dumps(error).encode()) == name


def test_what_is_refused_is_left_out_and_what_is_renamed_goes_by_its_new_name():
    refused = Refused()
    assert learn(refused, BODY, 400, b'{"error": "top_k is unknown"}')
    assert learn(refused, BODY, 400, b'{"error": "Unsupported: max_tokens. Use max_completion_tokens instead."}')
    sent = refused.apply(BODY)
    assert "top_k" not in sent
    assert sent["max_completion_tokens"] == 9
    assert "max_tokens" not in sent


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "maximum context length is 5 tokens, reduce the length of the messages or max_tokens"),
        (500, "top_k made the server crash"),
        (401, "the seed of all evil"),
    ],
)
def test_other_failures_teach_nothing(status, text):
    refused = Refused()
    assert not learn(refused, BODY, status, json.dumps({"error": text}).encode())
    assert refused.apply(BODY) == BODY
