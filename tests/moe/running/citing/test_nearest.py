"""Where to look when nothing answers."""

from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult

TEXT = """The tannery at Oxleigh stands behind the weir. It was laid out in 1771 by the sisters Tamsin and Ruth Orme.

Hides were soaked for a year in pits lined with oak. The pits were filled in after the flood.
"""


async def _ask(folder: Path, question: str) -> RunResult:
    notes = folder / "tannery.txt"
    notes.write_text(TEXT, encoding="utf-8")
    app = App.open(folder, overrides={"system.record": False, "system.provider": "extractive"}, environ={})
    return await app.run(RunRequest(question=question, docs=(str(notes),)))


@pytest.mark.anyio
async def test_the_sentence_that_shares_most_with_the_question_is_shown_as_no_answer(tmp_path: Path) -> None:
    result = await _ask(tmp_path, "Which bank lent the tannery its weir?")
    assert "Not found" in result.answer
    assert not result.citations
    assert result.nearest
    first = result.nearest[0]
    assert "weir" in first.text
    assert all(TEXT[near.start : near.end] == near.text for near in result.nearest)
    assert 0 <= first.score <= 1


@pytest.mark.anyio
@pytest.mark.parametrize("question", ["How much does a submarine cost?", "Who was Napoleon?"])
async def test_what_shares_nothing_with_the_question_is_not_shown(tmp_path: Path, question: str) -> None:
    result = await _ask(tmp_path, question)
    assert "Not found" in result.answer
    assert result.nearest == ()


@pytest.mark.anyio
async def test_an_answer_has_nothing_nearest_beside_it(tmp_path: Path) -> None:
    result = await _ask(tmp_path, "Where does the tannery stand?")
    assert result.citations
    assert result.nearest == ()


@pytest.mark.anyio
async def test_one_word_of_a_few_asked_is_enough_to_look_there(tmp_path: Path) -> None:
    result = await _ask(tmp_path, "Which merchant bought the oak?")
    assert "Not found" in result.answer
    assert [near.text for near in result.nearest] == ["Hides were soaked for a year in pits lined with oak."]


@pytest.mark.anyio
async def test_three_sentences_are_shown_at_most_the_likeliest_first(tmp_path: Path) -> None:
    result = await _ask(tmp_path, "Who paid the tannery's workers after the flood of the pits and the weir in 1771?")
    assert "Not found" in result.answer
    scores = [near.score for near in result.nearest]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3
