"""An index is brought up to date by itself only where that is quick, wanted and possible."""

from pathlib import Path

import pytest

from bundled_reading import READING, update_index
from moe.contracts.index import SourceChange, SourceChangeKind
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.refresh import refresh_index, wants_answer
from moe.knowledge.settings import IndexSettings, RefreshPolicy

AUTO = IndexSettings()
TEXT = "The ferry leaves at nine.\n"


@pytest.fixture
def behind(store: IndexStore) -> IndexStore:
    (store.project / "docs").mkdir()
    (store.project / "docs/a.txt").write_text(TEXT, encoding="utf-8")
    update_index(store, add=["docs"])
    (store.project / "docs/a.txt").write_text(TEXT * 2, encoding="utf-8")
    return store


def refresh(store: IndexStore, settings: IndexSettings) -> list[bool]:
    return [change.is_taken_in for change in refresh_index(store, store.load_table(), settings, READING).changes]


def test_a_small_change_is_taken_in_once(behind: IndexStore) -> None:
    assert refresh(behind, AUTO) == [True]
    assert refresh(behind, AUTO) == []


@pytest.mark.parametrize(
    "settings",
    [
        IndexSettings(refresh=RefreshPolicy.ASK),
        IndexSettings(refresh=RefreshPolicy.NEVER),
        IndexSettings(refresh_max_megabytes=0.000_01),
    ],
)
def test_other_changes_are_left(behind: IndexStore, settings: IndexSettings) -> None:
    generation = behind.find_generation()
    assert refresh(behind, settings) == [False]
    assert behind.find_generation() == generation


def test_while_another_process_writes_the_index_stays_behind(behind: IndexStore) -> None:
    with behind.lock():
        assert refresh(behind, AUTO) == [False]


def test_a_file_that_cannot_be_taken_in_stays_behind(behind: IndexStore) -> None:
    named: Path = behind.project / "named.txt"
    named.write_text(TEXT, encoding="utf-8")
    update_index(behind, add=["named.txt"])
    named.unlink()
    (behind.project / "docs/a.txt").write_text(TEXT * 3, encoding="utf-8")
    assert refresh(behind, AUTO) == [True, False]


@pytest.mark.parametrize(
    ("policy", "size", "is_asked"),
    [
        (RefreshPolicy.ASK, 1, True),
        (RefreshPolicy.AUTO, 1, False),
        (RefreshPolicy.AUTO, 9_000_000, True),
        (RefreshPolicy.NEVER, 9_000_000, False),
    ],
)
def test_the_user_is_asked_about_what_is_not_done_unasked(
    behind: IndexStore, policy: RefreshPolicy, size: int, is_asked: bool
) -> None:
    change = SourceChange(name="docs/a.txt", kind=SourceChangeKind.EDITED, size=size)
    assert wants_answer(behind, [change], IndexSettings(refresh=policy)) is is_asked
    touched = SourceChange(name="docs/a.txt", kind=SourceChangeKind.TOUCHED, size=size)
    assert not wants_answer(behind, [touched], IndexSettings(refresh=policy))
