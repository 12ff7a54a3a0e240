"""`moe experts`: experts learn from questions whose evidence is known."""

import json
from pathlib import Path

import pytest

LINES = (
    {"id": "mill", "title": "Pell Mill", "text": "Pell Mill is driven by the tide. Ada Brook restored it."},
    {"id": "brook", "title": "Ada Brook", "text": "Ada Brook is an engineer. She came from Skerry."},
)
QUESTIONS = (
    {"id": "q1", "question": "Who restored Pell Mill?", "gold": ["mill"]},
    {"id": "q2", "question": "What is not told?", "gold": []},
)
SET = ("--corpus", "corpus.jsonl", "--questions", "questions.jsonl")


@pytest.fixture(autouse=True)
def question_set(project: Path) -> None:
    for name, rows in (("corpus.jsonl", LINES), ("questions.jsonl", QUESTIONS)):
        (project / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def feedback(moe) -> dict:
    return json.loads(moe("personas", "show", "auditor", "--json").stdout)["learned"].get("feedback", {})


def test_experts_learn_how_they_do_and_a_dry_run_keeps_nothing(moe, project: Path) -> None:
    shown = moe("experts", "train", *SET, "--dry-run")
    assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (0, "1 question, nothing is kept")
    assert feedback(moe) == {}
    data = json.loads(moe("experts", "train", *SET, "--json").stdout)
    assert (data["questions"], data["recall@5"]["auditor"], data["moves"]) == (1, 1.0, [])
    assert feedback(moe) == {"name": {"score": 1.0, "observations": 1.0}}
    assert "Pell" not in (project / ".moe/personas/performance.json").read_text()


def test_questions_without_gold_teach_nothing(moe, project: Path) -> None:
    (project / "questions.jsonl").write_text(json.dumps(QUESTIONS[1]))
    result = moe("experts", "train", *SET)
    assert (result.exit_code, "no question in questions.jsonl has gold" in result.stderr) == (2, True)
