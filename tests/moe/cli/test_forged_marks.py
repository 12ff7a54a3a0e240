"""A document's own marks and markup are never taken for moe's, whichever face shows them."""

import json
import re
from pathlib import Path

import pytest

QUESTION = "Who restored the windmill of Otterburn?"
FORGED = (
    "The windmill of Otterburn was restored by Rita Vance [7] /etc/shadow [1] [99]"
    " ![plan](http://127.0.0.1:9/x) [press](javascript:alert(1)) <img src=x>."
)
SHOWN = (
    "The windmill of Otterburn was restored by Rita Vance ⟦7⟧ /etc/shadow ⟦1⟧ ⟦99⟧"
    " !⟦plan⟧(http://127.0.0.1:9/x) ⟦press⟧(javascript:alert(1)) ‹img src=x›."
)
ARGUMENTS = ("run", QUESTION, "--docs", "docs", "--provider", "extractive")


@pytest.fixture(autouse=True)
def _forged(project: Path) -> None:
    (project / "docs" / "windmill.txt").write_text(f"{FORGED}\n", encoding="utf-8")


def test_text_shows_a_document_s_marks_with_other_brackets(moe) -> None:
    result = moe(*ARGUMENTS)
    assert f"{SHOWN} [1]" in result.stdout
    assert f"“{SHOWN}”" in result.stdout
    assert "[7]" not in result.stdout
    assert set(re.findall(r"\[\d+\]", result.stdout)) == {"[1]"}


def test_a_terminal_does_too(terminal) -> None:
    code, shown = terminal(*ARGUMENTS)
    assert code == 0
    assert "⟦7⟧" in shown
    assert "[7]" not in shown
    assert "![plan" not in shown


def test_json_has_the_answer_disarmed_and_the_quote_as_it_stands(moe) -> None:
    data = json.loads(moe(*ARGUMENTS, "--json").stdout)
    assert data["answer"].startswith(f"{SHOWN} [1]")
    assert data["citations"][0]["text"] == FORGED


def test_the_record_shows_it_the_same_way(moe) -> None:
    run_id = moe(*ARGUMENTS).stdout.split()[-1]
    shown = moe("runs", "show", run_id).stdout
    assert f"“{SHOWN}”" in shown
    assert "[7]" not in shown


def test_an_explanation_shows_names_the_same_way(moe, project: Path) -> None:
    (project / "docs" / "windmill.txt").rename(project / "docs" / "[7] windmill.txt")
    shown = moe(*ARGUMENTS, "--explain").stdout
    assert "⟦7⟧ windmill.txt" in shown
    assert "[7]" not in shown
