"""Whose program listens at a port, as Linux tells it."""

import os
import socket
from pathlib import Path

import pytest

from moe.trust.listener import TABLES, find_listeners

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LINE = "   0: {address}:1F90 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  {uid}        0 12345 1\n"


def write(path: Path, *lines: tuple[str, str, int]) -> Path:
    text = HEAD + "".join(LINE.format(address=address, state=state, uid=uid) for address, state, uid in lines)
    path.write_text(text, encoding="ascii")
    return path


@pytest.mark.parametrize("address", ["0100007F", "00000000", "0300007F", "0" * 32, f"{'0' * 24}01000000"])
def test_whoever_listens_on_this_machine_s_own_addresses_counts(tmp_path: Path, address: str) -> None:
    table = write(tmp_path / "tcp", (address, "0A", 1001), ("0100007F", "01", 7), ("0501A8C0", "0A", 8))
    assert find_listeners(8080, tables=(table,)) == (1001,)
    assert find_listeners(8081, tables=(table,)) == ()


def test_several_listeners_are_all_told(tmp_path: Path) -> None:
    tables = (write(tmp_path / "tcp", ("0100007F", "0A", 5)), write(tmp_path / "tcp6", ("0" * 32, "0A", 3)))
    assert find_listeners(8080, tables=tables) == (3, 5)


def test_where_the_system_does_not_tell_nobody_is_guessed(tmp_path: Path) -> None:
    assert find_listeners(8080, tables=(tmp_path / "none",)) is None


@pytest.mark.skipif(not TABLES[0].exists(), reason="the system does not tell who listens")
def test_a_socket_of_this_process_is_its_user_s() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert find_listeners(listening.getsockname()[1]) == (os.geteuid(),)
