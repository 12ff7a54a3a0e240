"""Budgets of keys, as they are written and kept."""

import sqlite3
from datetime import UTC, datetime

import pytest

from moe.server.keys.budget_text import read_budget
from moe.server.keys.store import KeyStore
from moe_core.contracts.errors import RequestError

NOON = datetime(2026, 11, 30, 12, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("tokens=1M/day", "tokens=1000000/day"),
        (" Tokens = 50k / h", "tokens=50000/hour"),
        ("tokens=7/d", "tokens=7/day"),
    ],
)
def test_a_budget_is_read_as_it_is_kept(text, kept):
    assert str(read_budget(text)) == kept
    assert read_budget(kept) == read_budget(text)


@pytest.mark.parametrize(
    "text", ["", "1M/day", "tokens=0/day", "tokens=1M", "tokens=1M/week", "cost=1/day", "tokens=-1/day"]
)
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(RequestError, match="is no budget of a key"):
        read_budget(text)


def test_a_budget_begins_anew_with_its_hour_or_day():
    day, hour = read_budget("tokens=1/day"), read_budget("tokens=1/hour")
    assert (day.name_period(NOON), day.count_seconds_left(NOON)) == ("2026-11-30", 11.5 * 3600)
    assert (hour.name_period(NOON), hour.count_seconds_left(NOON)) == ("2026-11-30T12", 1800)
    assert hour.name_period(NOON + 1800) != hour.name_period(NOON)


def test_a_file_from_before_budgets_is_read(tmp_path):
    with sqlite3.connect(tmp_path / "server.db") as old:
        old.execute(
            "CREATE TABLE keys (key_id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, "
            "scopes TEXT NOT NULL, rate TEXT NOT NULL, concurrency INTEGER NOT NULL, created REAL NOT NULL, "
            "expires REAL)"
        )
        old.execute("INSERT INTO keys VALUES ('a', 'ann', x'00', 'runs:read', '', 0, 1.0, NULL)")
    old.close()
    store = KeyStore.open(tmp_path, lambda: None)
    assert [(key.name, key.budget) for key in store.list_keys()] == [("ann", "")]
    store.create("bob", scopes=(), budget="tokens=1/day")
    assert [key.budget for key in store.list_keys()] == ["", "tokens=1/day"]
    store.close()
