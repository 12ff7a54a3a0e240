"""Addresses as people write them."""

import pytest

from moe_core.contracts.errors import ConfigError
from moe_kit.serving.addresses import is_loopback, parse_address


@pytest.mark.parametrize(
    ("text", "root", "api"),
    [
        ("localhost:8080", "http://localhost:8080", "http://localhost:8080/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://0.0.0.0:11434", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://[::1]:1234/v1", "http://[::1]:1234", "http://[::1]:1234/v1"),
        ("https://host/llm", "https://host/llm", "https://host/llm/v1"),
        ("https://host/llm/v1", "https://host/llm", "https://host/llm/v1"),
        ("https://api.groq.com/openai/v1", "https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
        ("https://host/api/paas/v4", "https://host/api/paas/v4", "https://host/api/paas/v4"),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai/",
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "https://generativelanguage.googleapis.com/v1beta/openai",
        ),
        ("http://host:1/v1/chat/completions", "http://host:1", "http://host:1/v1"),
        ("http://host:1/api", "http://host:1", "http://host:1/v1"),
        ("HTTPS://Host:443/LLM", "https://host/LLM", "https://host/LLM/v1"),
        ("http://bücher.example/v1", "http://xn--bcher-kva.example", "http://xn--bcher-kva.example/v1"),
        ("host/a model/v1", "http://host/a%20model", "http://host/a%20model/v1"),
        ("http://host:1/v1?key=secret#x", "http://host:1", "http://host:1/v1"),
    ],
)
def test_each_way_to_write_an_address_has_one_meaning(text, root, api):
    address = parse_address(text, provider="openai")
    assert (address.root, address.api) == (root, api)


@pytest.mark.parametrize(
    "text",
    [
        "ftp://host",
        "http://",
        "file:///etc/passwd",
        "http://host:port",
        "://",
        "http://host:0",
        "host:65536",
        "http://a b",
        "http://[::1",
        "http://[x]:1",
    ],
)
def test_what_is_no_address_is_refused_with_the_setting_s_name(text):
    with pytest.raises(ConfigError, match=r"providers\.openai\.base_url"):
        parse_address(text, provider="openai")


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(ConfigError) as caught:
        parse_address("http://user:secret@host/v1", provider="openai")
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("host", False),
    ],
)
def test_loopback_is_this_machine(host, expected):
    assert is_loopback(host) is expected
