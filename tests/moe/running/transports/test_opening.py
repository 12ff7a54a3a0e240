"""Addresses: which transport takes them, and what is said where none does."""

import pytest

from moe.running.transports.opening import find_address, hide_secrets, open_transport
from moe_core.contracts.errors import RequestError
from moe_core.testing import memory_registry
from moe_core.text.secrets import hide_secrets as hide_known
from plugins.transports.http import HttpTransport
from plugins.transports.inproc import InprocTransport

REGISTRY = memory_registry(transports=[HttpTransport, InprocTransport])


def test_a_scheme_says_which_transport():
    assert isinstance(open_transport(REGISTRY, "https://host:6001"), HttpTransport)
    assert isinstance(open_transport(REGISTRY, "INPROC://here"), InprocTransport)


def test_an_unknown_scheme_names_near_ones_and_their_extra():
    with pytest.raises(RequestError, match="scheme 'htp'") as caught:
        open_transport(REGISTRY, "htp://host:6001")
    assert "http (transport http, moe-core[server])" in str(caught.value.hint)
    with pytest.raises(RequestError) as caught:
        open_transport(REGISTRY, "gopher://host")
    assert caught.value.hint.startswith("there are http (")


@pytest.mark.parametrize("url", ["", "host:6001", "http://", "http://host:65x", "http://host:99999"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(RequestError, match="is no address"):
        open_transport(REGISTRY, url)


def test_an_address_may_say_where_it_is_and_what_is_there_is_not_repeated(monkeypatch):
    monkeypatch.setenv("WHERE", "http://ann:canary-55@host:6001")
    assert open_transport(REGISTRY, "env:WHERE").place.url == "http://ann:canary-55@host:6001"
    assert "canary" not in hide_known("http://ann:canary-55@host:6001")
    monkeypatch.setenv("WHERE", "canary-56")
    with pytest.raises(RequestError, match="'env:WHERE' is no address"):
        open_transport(REGISTRY, "env:WHERE")


def test_a_password_is_not_shown():
    assert hide_secrets("amqp://user:pass@host:5672/v?queue=a") == "amqp://user:…@host:5672/v?queue=a"
    assert hide_secrets("amqp://user:@host") == "amqp://user:…@host"
    assert hide_secrets("http://host:6001/") == "http://host:6001/"


def test_a_token_that_stands_alone_is_not_shown(monkeypatch):
    assert hide_secrets("nats://canary-57@host:4222?queue=a") == "nats://…@host:4222?queue=a"
    monkeypatch.setenv("WHERE", "nats://canary-57@host:4222")
    find_address("env:WHERE")
    assert "canary" not in hide_known("told by nats://canary-57@host:4222")
