"""A question in other words than the documents' is answered where likely sentences are read closely."""

from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult

HOUSE = "# The house\n\nPets are not admitted. The deposit is 50 euros. Breakfast is served from 8 to 10.\n"


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    (tmp_path / "house.md").write_text(HOUSE, encoding="utf-8")

    def run(question: str, *, closely: bool) -> RunResult:
        overrides = {"system.provider": "extractive", "system.close_reading": closely}
        with closing(App.open(tmp_path, overrides=overrides)) as app:
            request = RunRequest(question=question, docs=(str(tmp_path / "house.md"),))
            return anyio.run(app.run, request)

    return run


def test_other_words_for_a_thing_are_understood(ask):
    closely = ask("can i bring my dog into the house", closely=True)
    assert [one.text for one in closely.citations] == ["Pets are not admitted."]
    assert "No language model was used" in closely.answer
    assert not ask("can i bring my dog into the house", closely=False).citations


def test_what_is_nowhere_is_still_refused(ask):
    refused = ask("what is the password of the wifi", closely=True)
    assert not refused.citations
    assert refused.answer.startswith("Not found")


def test_the_same_question_gets_the_same_answer(ask):
    first, second = (ask("how much is the deposit", closely=True) for _ in range(2))
    assert (first.answer, first.confidence) == (second.answer, second.confidence)
