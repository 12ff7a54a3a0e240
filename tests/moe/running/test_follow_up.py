"""A run's place in a conversation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.conversations import Conversation, ConversationTurn
from moe.contracts.request import RunRequest
from moe.running.follow_up import MOST_TURNS, list_earlier
from moe_core.contracts.event import EventKind
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
MILL = "Ada Brook restored the tidal mill in 1987.\n\nThe county paid for the tidal mill.\n"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
    app = App.open(tmp_path, environ={"MOE_TRUST": "/"}, overrides={"system.provider": "extractive"})
    yield app
    app.close()


def make_turn(number: int, status: str = "done") -> ConversationTurn:
    return ConversationTurn(
        run_id=f"r{number}",
        question=f"Q{number}?",
        asked_as="Whole?" if number == 2 else "",
        status=status,
        started=float(number),
        short_answer="",
        answer="long " * 1000,
    )


async def test_the_last_turns_that_were_answered_count_and_none_that_came_after() -> None:
    turns = [make_turn(number, "failed" if number == 9 else "done") for number in range(1, 13)]
    found = list_earlier(Conversation(conversation_id="c", turns=tuple(turns)), run_id="r11")
    assert [turn.question for turn in found] == ["Whole?", *(f"Q{n}?" for n in (3, 4, 5, 6, 7, 8, 10))]
    assert len(found) == MOST_TURNS
    assert len(found[0].answer) < 1000


async def test_a_follow_up_is_completed_told_and_recorded(app: App, tmp_path: Path) -> None:
    docs = (str(tmp_path / "docs"),)
    first = await app.run(RunRequest(question="Who restored the tidal mill?", docs=docs))
    assert (first.conversation_id, first.asked_as) == ("", "")
    second = await app.run(RunRequest(question="and who paid for it?", docs=docs, conversation_id=first.run_id))
    assert second.asked_as == "Who paid for the tidal mill?"
    assert second.question == "and who paid for it?"
    assert "county" in second.answer
    record = app.runs.get_run(second.run_id)
    assert record.result is not None
    assert record.result["asked_as"] == second.asked_as
    told = [event.describe() for event in record.events if event.kind is EventKind.QUESTION_COMPLETED]
    assert told == ["asked as: Who paid for the tidal mill?"]
    report = await app.replay(second.run_id)
    assert report.is_same, report.difference


async def test_a_run_that_is_taken_up_again_asks_what_it_asked(app: App, tmp_path: Path) -> None:
    docs = (str(tmp_path / "docs"),)
    first = await app.run(RunRequest(question="Who restored the tidal mill?", docs=docs))
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.7 torn")
    request = RunRequest(question="and who paid for it?", docs=(str(torn),), conversation_id=first.run_id)
    failed = await app.run(request)
    assert (failed.status, failed.asked_as) == (Status.FAILED, "Who paid for the tidal mill?")
    app.runs.delete([first.run_id])  # what was meant is known all the same
    again = await app.resume(app.find_past(failed.run_id))
    assert again.asked_as == failed.asked_as


async def test_a_whole_question_is_asked_as_it_is(app: App, tmp_path: Path) -> None:
    docs = (str(tmp_path / "docs"),)
    first = await app.run(RunRequest(question="Who restored the tidal mill?", docs=docs))
    request = RunRequest(question="And who paid for the tidal mill?", docs=docs, conversation_id=first.run_id)
    result = await app.run(request)
    assert result.asked_as == ""
    assert not [e for e in app.runs.get_run(result.run_id).events if e.kind is EventKind.QUESTION_COMPLETED]


async def test_where_nothing_is_recorded_there_is_no_conversation(tmp_path: Path) -> None:
    settings = {"system.provider": "extractive", "system.record": False}
    app = App.open(tmp_path, environ={"MOE_TRUST": "/"}, overrides=settings)
    result = await app.run(RunRequest(question="why?", conversation_id="c"))
    assert result.error is not None
    assert "nothing is recorded here" in result.error.message
