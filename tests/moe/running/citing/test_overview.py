"""Questions about a whole document, without a model that could tell."""

from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.citing.overview import asks_for_the_whole

TEXT = """# Keeping bees in town

By Rolf Aune, 2021

## The hive

A hive stands best on a flat roof that faces south-east.

## The neighbours

Neighbours are told before the first swarm, and get a jar each autumn.
"""


@pytest.mark.parametrize(
    "question",
    [
        "What is this document about?",
        "what's the report about",
        "Summarise the notes.",
        "Give me an overview",
        "What are these letters about?",
        "What is the document called and who wrote it?",
        "Worum geht es in dem Text?",
        "Fass das Dokument zusammen",
    ],
)
def test_the_whole_is_asked_for(question: str) -> None:
    assert asks_for_the_whole(question)


@pytest.mark.parametrize(
    "question",
    ["What is the mill about to receive?", "When was the summit held?", "What does the lease say about dogs?"],
)
def test_a_thing_in_it_is_asked_for(question: str) -> None:
    assert not asks_for_the_whole(question)


@pytest.mark.anyio
async def test_title_headings_and_beginning_are_shown_and_said_to_be_that(tmp_path: Path) -> None:
    notes = tmp_path / "bees.md"
    notes.write_text(TEXT, encoding="utf-8")
    app = App.open(tmp_path, overrides={"system.record": False, "system.provider": "extractive"}, environ={})
    result = await app.run(RunRequest(question="What is this document about?", docs=(str(notes),)))
    assert "takes a language model" in result.answer
    assert "Title: Keeping bees in town [1]" in result.answer
    assert "The hive; The neighbours" in result.answer
    assert "By Rolf Aune, 2021" in result.answer
    assert "Not found" not in result.answer
    assert all(TEXT[citation.start : citation.end] == citation.text for citation in result.citations)


@pytest.mark.anyio
async def test_a_question_on_something_that_is_not_there_is_still_not_found(tmp_path: Path) -> None:
    notes = tmp_path / "bees.md"
    notes.write_text(TEXT, encoding="utf-8")
    app = App.open(tmp_path, overrides={"system.record": False, "system.provider": "extractive"}, environ={})
    result = await app.run(RunRequest(question="How much does a submarine cost?", docs=(str(notes),)))
    assert "Not found" in result.answer


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "is_whole"),
    [
        ("Summarise the minutes", True),
        ("Please give me a short summary of the minutes of May", True),
        ("Summarise what the minutes say about the jar of honey", False),
    ],
)
async def test_quotes_that_share_a_word_with_the_request_do_not_stand_for_the_whole(
    tmp_path: Path, question: str, is_whole: bool
) -> None:
    minutes = tmp_path / "minutes-may.md"
    minutes.write_text(
        "# Minutes of May\n\nPresent: Rolf Aune, who took the minutes. Each neighbour gets a jar of honey.\n"
    )
    app = App.open(tmp_path, overrides={"system.record": False, "system.provider": "extractive"}, environ={})
    result = await app.run(RunRequest(question=question, docs=(str(minutes),)))
    assert ("takes a language model" in result.answer) is is_whole
    assert "jar of honey" in result.answer
