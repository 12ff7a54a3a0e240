"""Keys in their file."""

import stat

import pytest

from moe.server.keys.key import RUNS_READ, find_key_id, hash_secret, make_secret
from moe.server.keys.rate_text import read_rate
from moe.server.keys.store import KeyStore
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError


@pytest.fixture
def open_store(tmp_path):
    opened = []

    def call():
        opened.append(KeyStore.open(tmp_path, lambda: None))
        return opened[-1]

    yield call
    for store in opened:
        store.close()


def test_a_key_is_found_by_itself_alone_and_not_kept(open_store, tmp_path):
    store = open_store()
    key, secret = store.create("chat", scopes=(RUNS_READ,), rate="5/second")
    assert store.find(secret) == key
    assert open_store().find(secret) == key
    assert store.find(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
    assert store.find("") is None
    assert key.digest == hash_secret(secret)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.split("_", 2)[2].encode() not in kept
    assert not stat.S_IMODE((tmp_path / "server.db").stat().st_mode) & 0o077


def test_what_another_process_makes_or_revokes_counts_at_once(open_store):
    store, other = open_store(), open_store()
    assert not store.has_keys()
    key, secret = other.create("chat", scopes=())
    assert store.find(secret) == key
    assert other.revoke("chat") == key
    assert store.find(secret) is None


def test_a_name_is_one_keys(open_store):
    store = open_store()
    key, _ = store.create("chat", scopes=())
    with pytest.raises(RequestError, match="there is a key named 'chat'"):
        store.create("chat", scopes=())
    with pytest.raises(NameUnknownError, match="no key is named 'chta'"):
        store.revoke("chta")
    assert store.revoke(key.key_id) == key
    assert store.list_keys() == []


def test_a_damaged_file_is_told(tmp_path, open_store):
    (tmp_path / "server.db").write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError, match=r"cannot read or write .*server\.db"):
        open_store().list_keys()


def test_secrets_have_256_bits_and_their_id_in_front():
    secret, key_id = make_secret()
    assert find_key_id(secret) == key_id
    assert len(secret.split("_", 2)[2]) == 43  # of 6 bits
    assert make_secret()[0] != secret
    assert find_key_id("sk-123") == ""


@pytest.mark.parametrize(
    ("text", "rate"), [("60/min", "60/minute"), (" 5 / s", "5/second"), ("1000/Days", "1000/day"), ("2/h", "2/hour")]
)
def test_a_rate_is_read(text, rate):
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "60", "0/min", "60/fortnight", "-1/s", "1.5/s"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(RequestError, match="is no rate"):
        read_rate(text)
