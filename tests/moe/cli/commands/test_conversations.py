"""`moe run --continue` and `moe conversations`."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def talked(moe) -> str:
    """A conversation of two turns; its id."""
    assert moe("run", "Who restored the tidal mill?", "--docs", "docs").exit_code == 0
    done = moe("run", "--continue", "and what did it cost?", "--json")
    assert done.exit_code == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["asked_as"] == "What did the tidal mill cost?"
    return result["conversation_id"]


def test_a_conversation_is_listed_shown_exported_and_deleted(moe, project: Path, talked: str) -> None:
    assert "Who restored the tidal mill?" in moe("conversations", "list").stdout
    assert [one["turns"] for one in json.loads(moe("conversations", "list", "--json").stdout)] == [2]
    shown = moe("conversations", "show", "last").stdout
    assert "asked as: What did the tidal mill cost?" in shown
    assert len(json.loads(moe("conversations", "show", talked, "--json").stdout)["turns"]) == 2
    assert "## and what did it cost?" in moe("conversations", "export", talked).stdout
    assert moe("conversations", "export", talked, "--json", "--output", "talk.json").exit_code == 0
    assert json.loads((project / "talk.json").read_text(encoding="utf-8"))["conversation_id"] == talked
    assert "--force replaces it" in moe("conversations", "export", talked, "--output", "talk.json").stderr
    assert moe("conversations", "delete", talked).stdout == f"deleted {talked} with 2 runs\n"
    assert moe("runs", "list", "--json").stdout.strip() == "[]"


def test_the_question_that_is_asked_is_shown_above_the_answer(moe, talked: str) -> None:
    done = moe("run", "why?", "--continue", talked)
    assert done.stdout.startswith("asked as: Why did the tidal mill cost")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("run", "--continue"), 2, "missing argument 'QUESTION'"),
        (("run",), 2, "missing argument 'QUESTION'"),
        (("run", "--continue", "why?"), 2, "no conversation is named 'last'"),
        (("conversations", "show", "last"), 2, "no run is recorded here yet"),
        (("conversations", "list"), 0, ""),
    ],
)
def test_what_is_missing_is_told(moe, arguments, code: int, told: str) -> None:
    done = moe(*arguments)
    assert done.exit_code == code
    assert told in done.stderr
