"""The record of runs as conversations."""

import json

import pytest

from moe.storage.runs import RunStore
from moe_core.contracts.errors import NameUnknownError


@pytest.fixture
def store(workspace, make_start):
    """Two runs of one conversation, a third that stands alone, and a fourth that failed."""
    with RunStore(workspace) as store:
        for number, (run_id, conversation, status) in enumerate(
            [("run-a1", "", "done"), ("run-a2", "run-a1", "done"), ("run-b1", "", "done"), ("run-b2", "", "failed")]
        ):
            store.start(
                make_start(run_id, started=100.0 + number, question=f"Q{number}?", conversation_id=conversation)
            )
            result = {"asked_as": "Whole?" if conversation else "", "answer": "A.", "citations": [{"document": "d.md"}]}
            store.finish(run_id, status, json.dumps(result))
        yield store


def test_a_run_that_is_followed_up_begins_a_conversation(store: RunStore) -> None:
    (found,) = store.conversations.list_conversations()
    assert (found.conversation_id, found.question, found.turns) == ("run-a1", "Q0?", 2)
    assert (found.started, found.last) == (100.0, 101.0)
    first, second = store.conversations.read("run-a1").turns
    assert (first.question, first.asked_as, first.answer, first.documents) == ("Q0?", "", "A.", ("d.md",))
    assert (second.run_id, second.asked_as) == ("run-a2", "Whole?")
    assert store.conversations.read("nobody's").turns == ()


@pytest.mark.parametrize(
    ("name", "found"), [("run-a2", "run-a1"), ("run-a1", "run-a1"), ("run-b1", "run-b1"), ("last", "run-b1")]
)
def test_it_is_found_by_its_id_or_that_of_one_of_its_runs(store: RunStore, name: str, found: str) -> None:
    assert store.conversations.find_id(name) == found


@pytest.mark.parametrize("name", ["run-z", "run-b", "", "x" * 300])
def test_one_that_is_none_or_several_is_told_with_near_ones(store: RunStore, name: str) -> None:
    with pytest.raises(NameUnknownError) as caught:
        store.conversations.find_id(name)
    assert caught.value.hint


def test_a_caller_may_choose_the_id(store: RunStore, make_start) -> None:
    store.start(make_start("run-c1", conversation_id="chat-7"))
    assert [turn.run_id for turn in store.conversations.read("chat-7").turns] == ["run-c1"]
    assert store.conversations.find_id("run-c1") == "chat-7"


def test_what_is_deleted_is_no_turn_any_more(store: RunStore) -> None:
    store.delete(["run-a1"])
    assert [turn.run_id for turn in store.conversations.read("run-a1").turns] == ["run-a2"]


def test_where_nothing_was_recorded_there_is_none(tmp_path, workspace) -> None:
    with RunStore(workspace) as store:
        assert store.conversations.list_conversations() == []
        with pytest.raises(NameUnknownError):
            store.conversations.find_id("last")
