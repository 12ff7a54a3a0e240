"""Sessions in their file."""

import time

import pytest

from moe.server.keys.key import RUNS_READ
from moe.server.keys.sessions import SessionStore
from moe.server.keys.store import KeyStore


@pytest.fixture
def stores(tmp_path):
    opened = (KeyStore.open(tmp_path, lambda: None), SessionStore.open(tmp_path, lambda: None))
    yield opened
    for store in opened:
        store.close()


def test_a_session_is_found_by_its_cookie_alone_which_is_not_kept(stores, tmp_path):
    keys, store = stores
    key, secret = keys.create("ann", scopes=(RUNS_READ,))
    session, cookie = store.begin(key)
    assert store.find(cookie) == session
    assert (session.key_id, cookie == secret) == (key.key_id, False)
    for wrong in ("", secret, cookie[:-1] + ("a" if cookie[-1] != "a" else "b"), session.csrf_token):
        assert store.find(wrong) is None, wrong
    assert session.fits(session.csrf_token)
    assert not session.fits("")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert cookie.split("_", 2)[2].encode() not in kept
    assert session.csrf_token.encode() not in kept
    store.end(session.session_id)
    assert store.find(cookie) is None


def test_a_session_is_over_in_time_and_no_later_than_its_key(stores):
    keys, store = stores
    long, _ = keys.create("long", scopes=(), expires=time.time() + 1e6)
    short, _ = keys.create("short", scopes=(), expires=time.time() + 60)
    assert store.begin(short)[0].expires == short.expires
    assert store.begin(long)[0].expires < time.time() + 86_400
    _, cookie = store.begin(long, seconds=-1)
    assert store.find(cookie) is None


def test_sessions_that_are_over_are_not_kept(stores, monkeypatch):
    keys, store = stores
    gone, _ = keys.create("gone", scopes=())
    stays, _ = keys.create("stays", scopes=())
    store.begin(gone)
    keys.revoke("gone")
    store.begin(stays)
    rows = store._file.read("SELECT key_id FROM sessions")
    assert rows == [(stays.key_id,)]
