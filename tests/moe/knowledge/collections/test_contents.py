"""Files kept by the hash of what they hold."""

import hashlib
from pathlib import Path

import pytest

from moe.knowledge.collections.contents import ContentStore


def test_the_same_content_is_kept_once_and_stands_where_it_is_placed(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("The wheel turns.", encoding="utf-8")
    store = ContentStore(tmp_path / "contents")
    digest = store.keep(tmp_path / "a.md")
    assert digest == store.keep(tmp_path / "b.md") == hashlib.sha256(b"The wheel turns.").hexdigest()
    assert [path.name for path in (tmp_path / "contents").iterdir()] == [digest]
    for _ in range(2):
        store.place(digest, tmp_path / "docs" / "below" / "a.md")
    assert [path.name for path in (tmp_path / "docs" / "below").iterdir()] == ["a.md"]
    (tmp_path / "a.md").write_text("changed", encoding="utf-8")
    assert (tmp_path / "docs" / "below" / "a.md").read_text(encoding="utf-8") == "The wheel turns."


def test_what_nobody_uses_is_deleted(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "contents")
    store.drop_unused(frozenset())
    (tmp_path / "a.md").write_text("a", encoding="utf-8")
    kept = store.keep(tmp_path / "a.md")
    (tmp_path / "contents" / "new-left-by-a-crash").write_text("half", encoding="utf-8")
    store.drop_unused(frozenset([kept]))
    assert [path.name for path in (tmp_path / "contents").iterdir()] == [kept]


def test_a_file_that_cannot_be_read_is_no_content(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        ContentStore(tmp_path).keep(tmp_path / "none.md")
