import json
from pathlib import Path

import pytest

from moe.evaluation.questions import load_questions
from moe_core.contracts.errors import DocumentError


def test_questions_are_read_with_their_evidence_and_empty_lines_passed_over(write) -> None:
    path = write("q.jsonl", {"question": "Who?", "gold": [7], "support": [["7", 0]]}, {"id": "b", "question": "Why?"})
    path.write_text("\n" + path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    first, second = load_questions(path)
    assert (first.gold, first.support) == (("7",), (("7", 0),))
    assert (second.id, second.gold) == ("b", ())


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c"])
def test_only_line_feeds_part_questions(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "q.jsonl"
    rows = [{"question": f"Who{separator}?"}, {"question": "Why?"}]
    lines = [json.dumps(row, ensure_ascii=separator < " ") for row in rows]
    path.write_bytes(("\ufeff" + "\r\n".join(lines)).encode())
    assert [question.question for question in load_questions(path)] == [row["question"] for row in rows]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"question": "Who?"}\n{"gold": []}\n', "line 2: question is missing"),
        ("what\n", "line 1: is no JSON"),
        ("\n", "holds no question"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=words):
        load_questions(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match="it is not UTF-8"):
        load_questions(path)
