"""The user's word for tools: remembered for this Belter and this tool, and taken back."""

from pathlib import Path

import pytest

from moe.trust.consents import ConsentStore
from moe_core.contracts.errors import StorageError


def test_a_word_holds_for_one_belter_and_one_tool_until_it_is_taken_back(tmp_path: Path) -> None:
    store = ConsentStore(tmp_path / "moe")
    store.allow_tool("bundled:research", "bundled:web_search")
    assert ConsentStore(tmp_path / "moe").has_tool("bundled:research", "bundled:web_search")
    assert not store.has_tool("project:research", "bundled:web_search")
    assert not store.has_tool("bundled:research", "bundled:news")
    assert store.revoke_tool("bundled:research", "bundled:web_search")
    assert not store.revoke_tool("bundled:research", "bundled:web_search")
    assert not store.has_tool("bundled:research", "bundled:web_search")


def test_a_record_that_was_damaged_or_moved_is_no_word(tmp_path: Path) -> None:
    store = ConsentStore(tmp_path)
    store.allow_tool("a", "b")
    store.allow_tool("a", "c")
    first, second = (tmp_path / "allowed" / "tools").iterdir()
    first.write_bytes(second.read_bytes())
    second.write_text("{")
    assert not store.has_tool("a", "b")
    assert not store.has_tool("a", "c")


def test_where_nothing_can_be_remembered_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "moe").write_text("a file in the way")
    with pytest.raises(StorageError, match="cannot remember that a may use b"):
        ConsentStore(tmp_path / "moe").allow_tool("a", "b")
