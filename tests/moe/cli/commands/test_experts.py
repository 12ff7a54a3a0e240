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
    assert data["words"] == {}  # of so few passages words are never taken alone
    assert feedback(moe) == {"name": {"score": 1.0, "observations": 1.0}}
    assert "Pell" not in (project / ".moe/personas/performance.json").read_text()


def test_where_walks_find_no_more_words_are_taken_oftener_from_then_on(moe, project: Path) -> None:
    notes = [{"id": f"n{number}", "text": f"Note {number} is about a week of rain."} for number in range(100)]
    plain = {"id": "rain", "text": "Rain water is collected every week and used for the beans."}
    asked = {"id": "q", "question": "Where is rain water collected every week for the beans?", "gold": ["rain"]}
    (project / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (plain, *notes)))
    (project / "questions.jsonl").write_text(json.dumps(asked))
    shown = moe("experts", "train", *SET, "--dry-run").stdout
    assert "words alone: recall@5 100.0; a walk found more in 0 of 1 questions" in shown
    assert not (project / ".moe/personas/words.json").exists()
    words = json.loads(moe("experts", "train", *SET, "--json").stdout)["words"]
    assert (words["questions"], words["recall@5"], words["walk_finds_more"]) == (1, 100.0, 0)
    kept = json.loads((project / ".moe/personas/words.json").read_text())
    assert (kept["questions"], kept["shift"] < 0) == (1, True)
    (project / ".moe/personas/words.json").write_text(json.dumps({**kept, "shift": -20}))
    told = moe("run", "Where did Ann of Skerry go in the week of rain?", "--docs", "corpus.jsonl", "--explain").stdout
    assert "feedback -20" in told


def test_questions_without_gold_teach_nothing(moe, project: Path) -> None:
    (project / "questions.jsonl").write_text(json.dumps(QUESTIONS[1]))
    result = moe("experts", "train", *SET)
    assert (result.exit_code, "no question in questions.jsonl has gold" in result.stderr) == (2, True)


def test_learning_goes_to_another_workspace_without_a_word_of_what_was_asked(moe, project: Path) -> None:
    assert moe("experts", "train", *SET).exit_code == 0
    told = moe("experts", "export-learning", "--output", "learning.json")
    assert told.stdout.startswith("learning.json: ")
    content = (project / "learning.json").read_text(encoding="utf-8")
    words = {
        word.strip("?.").lower()
        for row in (*LINES, *QUESTIONS)
        for word in row.get("text", row.get("question")).split()
    }
    assert not [word for word in words if len(word) > 3 and word in content.lower()]
    assert json.loads(content)["experts"]["auditor"] == {"name": {"good": 1.0, "bad": 0.0}}
    assert moe("experts", "merge-learning", "learning.json").stderr.startswith(
        "error: this learning is this workspace's own"
    )
    (project / "learning.json").write_text(content.replace(json.loads(content)["workspace"], "0" * 32))
    (project / ".moe/personas/performance.json").unlink()
    merged = json.loads(moe("experts", "merge-learning", "learning.json", "--json").stdout)
    assert ("auditor" in merged["experts"], merged["unknown"]) == (True, [])
    shown = json.loads(moe("personas", "show", "auditor", "--json").stdout)["learned"]
    assert shown["shared"] == {"name": {"score": 1.0, "observations": 1.0}}


def test_learning_is_not_written_through_a_link(moe, project: Path) -> None:
    (project / "elsewhere").write_text("kept")
    (project / "learning.json").symlink_to("elsewhere")
    refused = moe("experts", "export-learning", "--output", "learning.json")
    assert (refused.exit_code, (project / "elsewhere").read_text()) == (2, "kept")


def test_variants_are_made_of_those_with_enough_feedback_only(moe, project: Path) -> None:
    refused = moe("experts", "evolve")
    assert (refused.exit_code, "eight scores of feedback" in refused.stderr) == (2, True)
    (project / "questions.jsonl").write_text(
        "".join(json.dumps({**QUESTIONS[0], "id": f"q{n}"}) + "\n" for n in range(9))
    )
    assert moe("experts", "train", *SET).exit_code == 0
    shown = json.loads(moe("experts", "evolve", "--dry-run", "--json").stdout)
    assert len(shown) == 2
    assert json.loads(moe("experts", "evolve", "--json").stdout) == shown
    stored = json.loads(moe("personas", "show", shown[0]["name"], "--json").stdout)
    assert (stored["tier"], stored["metadata"]["parent"]) == ("experimental", shown[0]["parent"])
    assert moe("experts", "evolve").stdout == "2 variants or more are on trial already\n"


def test_two_settings_are_compared_on_the_same_questions(moe, project: Path) -> None:
    (project / "plain.yaml").write_text("system: {walkers: [literalist]}\n", encoding="utf-8")
    (project / "blind.yaml").write_text("system:\n  walkers: [blind]\n", encoding="utf-8")
    found = json.loads(moe("experts", "compare", "plain.yaml", "plain.yaml", *SET, "--json").stdout)
    assert (found["questions"], found["difference"]) == (1, {"mean": 0.0, "low": 0.0, "high": 0.0})
    assert found["a"]["recall@5"] == found["b"]["recall@5"] == 100.0
    refused = moe("experts", "compare", "plain.yaml", "blind.yaml", *SET)
    assert (refused.exit_code, "blind" in refused.stderr) == (2, True)
    missing = moe("experts", "compare", "plain.yaml", "none.yaml", *SET)
    assert (missing.exit_code, "cannot read none.yaml" in missing.stderr) == (2, True)
