"""Addresses that cannot be listened at."""

import socket

import pytest

from moe_core.contracts.errors import TransportError
from moe_kit.net.listening import open_door


def test_a_port_that_somebody_has_is_told_with_a_remedy():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TransportError) as caught:
            open_door("127.0.0.1", port, address=f"http://127.0.0.1:{port}")
    assert str(caught.value).startswith(f"http://127.0.0.1:{port} cannot be listened at: Address already in use")
    assert caught.value.hint == "is something else listening there? name another port"


def test_an_address_of_another_machine_has_another_remedy():
    with pytest.raises(TransportError, match="http://x cannot be listened at: ") as caught:
        open_door("192.0.2.1", 6001, address="http://x")
    assert "of this machine" in str(caught.value.hint)


def test_what_is_free_is_listened_at():
    with open_door("127.0.0.1", 0, address="http://x") as door:
        socket.create_connection(door.getsockname()).close()
