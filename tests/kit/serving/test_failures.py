"""What servers say when they fail, and what is made of it."""

import email.utils
import json
import time

import httpx
import pytest

from moe_core.contracts.errors import (
    ConfigError,
    ContextOverflowError,
    ModelMissingError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from moe_kit.serving.exchange import map_exchange_error
from moe_kit.serving.failures import find_message, map_status, read_retry_after
from moe_kit.serving.overflow import find_overflow
from moe_kit.serving.peer import Peer, check_variable, clean_key

PEER = Peer(provider="openai", url="http://host:1", api_key="sk-secret")


@pytest.mark.parametrize(
    ("text", "prompt", "context"),
    [
        ("request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 5000, 4096),
        (
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9,001 tokens.",
            9001,
            8192,
        ),
        (
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens "
            "(4500 in the messages, 500 in the completion).",
            4500,
            4096,
        ),
        ("the input length exceeds the context length", None, None),
        ("input length exceeds maximum context length", None, None),
        ("the prompt is longer than the context length currently available to the model", None, None),
        ("prompt is too long: 209000 tokens > 200000 maximum", 209000, 200000),
        (
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).",
            1200000,
            1048575,
        ),
        (
            "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
            40000,
            32768,
        ),
        (
            "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with "
            "context length of only 4096 tokens",
            5000,
            4096,
        ),
    ],
)
def test_every_wording_of_an_overflow_is_understood(text, prompt, context):
    found = find_overflow(text)
    assert (found.prompt_tokens, found.context_tokens) == (prompt, context)
    error = map_status(400, {}, json.dumps({"error": {"message": text}}).encode(), PEER, model="m")
    assert isinstance(error, ContextOverflowError)
    assert error.prompt_tokens == prompt


def test_an_overflow_that_one_server_passes_on_for_another_keeps_its_sizes():
    inner = {
        "error": {"code": 400, "type": "exceed_context_size_error", "message": "x", "n_prompt_tokens": 9, "n_ctx": 4}
    }
    error = map_status(400, {}, json.dumps({"error": json.dumps(inner)}).encode(), PEER)
    assert isinstance(error, ContextOverflowError)
    assert (error.prompt_tokens, error.context_tokens) == (9, 4)


@pytest.mark.parametrize("text", ["the context menu is closed", "invalid temperature", "maximum of 4 stop words", ""])
def test_other_errors_are_no_overflow(text):
    assert find_overflow(text) is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error": "bad"}', ModelRefusedError),
        (401, b"", ModelRefusedError),
        (402, b"", ModelRefusedError),
        (403, b"", ModelRefusedError),
        (404, b"404 page not found", ModelRefusedError),
        (404, b'{"error": "model \'x\' not found"}', ModelMissingError),
        (404, b'{"error": {"message": "The model `x` does not exist.", "code": "model_not_found"}}', ModelMissingError),
        (404, b"{\"detail\": \"Function 'abc': Not found for account 'def'\"}", ModelMissingError),
        (408, b"", ModelTimeoutError),
        (413, b"", ContextOverflowError),
        (422, b'{"detail": [{"msg": "no"}]}', ModelRefusedError),
        (429, b"", ModelUnavailableError),
        (
            429,
            b'{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}',
            ModelRefusedError,
        ),
        (500, b"", ModelUnavailableError),
        (501, b'{"error": {"message": "This server does not support embeddings"}}', ModelRefusedError),
        (502, b"<html>", ModelUnavailableError),
        (503, b'{"error": "server busy, please try again"}', ModelUnavailableError),
        (504, b"", ModelTimeoutError),
        (529, b"", ModelUnavailableError),
        (999, b"", ModelUnavailableError),
    ],
)
def test_each_status_has_its_error(status, body, kind):
    error = map_status(status, {}, body, PEER, model="x")
    assert type(error) is kind
    assert error.message
    assert "<html>" not in error.message


def test_what_a_server_says_is_shortened_and_the_key_in_it_hidden():
    body = json.dumps({"error": {"message": f"no\nsk-secret\x1b[2J {'long ' * 200}"}}).encode()
    error = map_status(400, {}, body, PEER)
    assert "sk-secret" not in error.message
    assert "\x1b" not in error.message
    assert len(error.message) < 260
    assert len(error.message.splitlines()) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "999999999"}, 86_400),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read(headers, seconds):
    assert read_retry_after(headers) == seconds


def test_how_long_to_wait_may_be_a_date():
    moment = email.utils.formatdate(time.time() + 60, usegmt=True)
    assert 50 < read_retry_after({"retry-after": moment}) <= 60


@pytest.mark.parametrize(
    "value", [None, 7, [], {}, {"error": None}, {"error": {"error": {"error": []}}}, {"detail": [[[]]]}, "x", "{"]
)
def test_any_json_gives_some_words(value):
    assert isinstance(find_message(value), str)


@pytest.mark.parametrize("key", ["two words", "sk-\nx", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key):
    with pytest.raises(ConfigError) as caught:
        clean_key(key, provider="openai", key_variable="MILL_KEY")
    assert "MILL_KEY" in caught.value.message
    assert key not in f"{caught.value!r}"


def test_blanks_around_a_key_do_not_matter():
    assert clean_key(" sk-x\n", provider="openai") == "sk-x"


@pytest.mark.parametrize("name", ["sk-live-123456", "MY KEY", "$KEY", "1KEY"])
def test_a_key_in_the_place_of_its_variable_s_name_is_refused_without_being_shown(name):
    with pytest.raises(ConfigError, match=r"providers\.openai\.api_key_env") as caught:
        check_variable(name, provider="openai")
    assert name not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("name", ["", "OPENAI_API_KEY", "_key2"])
def test_names_of_environment_variables_are_taken(name):
    check_variable(name, provider="openai")


@pytest.mark.parametrize(
    ("error", "is_about_http"),
    [
        (httpx.ConnectError("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), True),
        (httpx.ConnectTimeout(""), True),
        (httpx.ConnectError("All connection attempts failed"), False),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), False),
    ],
)
def test_https_to_a_server_on_this_machine_that_does_not_speak_it_is_told_as_such(error, is_about_http):
    peer = Peer(provider="openai", url="https://127.0.0.1:1", start_hint="start one")
    told = map_exchange_error(error, peer)
    assert isinstance(told, ModelUnavailableError)
    assert ("write http://" in (told.hint or "")) is is_about_http


def test_a_plain_address_that_does_not_answer_is_not_told_to_be_plain():
    told = map_exchange_error(httpx.ConnectTimeout(""), Peer(provider="openai", url="http://127.0.0.1:1"))
    assert "write http://" not in (told.hint or "")
