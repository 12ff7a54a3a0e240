"""The address of a database: where a reference leads, and no password in any word about it."""

from pathlib import Path

import pytest

from moe.app import App
from moe.storage.address import find_database, hide_login
from moe_core.contracts.errors import SecretError

ADDRESS = "postgresql://ann:pa@ss@host:99x/moe"


def test_an_address_stands_in_the_setting_or_where_it_refers_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE", ADDRESS)
    assert find_database("env:WHERE") == find_database(ADDRESS) == ADDRESS


def test_what_is_no_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE", "sk-canary")
    with pytest.raises(SecretError, match="what is at env:WHERE is no address") as caught:
        find_database("env:WHERE")
    assert "canary" not in str(caught.value)


def test_a_server_that_repeats_the_login_is_told_without_it() -> None:
    assert hide_login('invalid port: "pa@ss" in postgresql://ann:pa@ss@host', ADDRESS) == (
        'invalid port: "********" in postgresql://********@host'
    )
    assert hide_login("the host is away", "postgresql://host/moe") == "the host is away"


def test_runs_are_kept_in_the_database_that_a_file_names(postgres: str, tmp_path: Path) -> None:
    (tmp_path / "database").write_text(f"{postgres}\n")
    app = App.open(tmp_path, overrides={"system.database": f"file:{tmp_path / 'database'}"})
    status = app.runs.upkeep.examine(is_checked=False)
    app.close()
    assert (status.kind, status.place) == ("postgresql", postgres)
