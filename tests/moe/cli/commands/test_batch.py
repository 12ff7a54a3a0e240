"""`moe batch`."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

QUESTIONS = "Who restored the tidal mill?\n\nWhen does the ferry leave?\nHow many people does it carry?\n"
OUT = ("--out", "results.jsonl")


@pytest.fixture(autouse=True)
def questions(project: Path) -> Path:
    path = project / "questions.txt"
    path.write_text(QUESTIONS, encoding="utf-8")
    return path


def read_results(project: Path) -> list[dict]:
    return [json.loads(line) for line in (project / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_line_has_a_result_and_only_what_is_missing_is_asked_again(moe, project: Path, questions: Path) -> None:
    first = moe("batch", "questions.txt", "--docs", "docs", *OUT)
    assert first.exit_code == 0, first.stderr
    assert first.stdout == "3 of 3 lines answered; results in results.jsonl\n"
    before = read_results(project)
    assert [result["line"] for result in before] == [1, 3, 4]
    assert "Ada Brook" in before[0]["answer"]
    with questions.open("a") as file:
        file.write("What turns at ebb tide?\n")
    again = moe("batch", "questions.txt", "--docs", "docs", *OUT, "--json")
    assert "3 of 4 lines are answered already" in again.stderr
    assert json.loads(again.stdout)["answered"] == 4
    results = read_results(project)
    assert results[:3] == before
    assert results[3]["line"] == 5


def test_without_a_file_the_results_are_the_output(moe) -> None:
    done = moe("batch", "-", "--docs", "docs", input=QUESTIONS)
    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [1, 3, 4]
    assert done.stderr == "3 of 3 lines answered\n"


def test_a_line_that_fails_gives_the_exit_code_and_may_end_the_batch(moe, project: Path, questions: Path) -> None:
    path = project / "lines.jsonl"
    rows = [{"question": "When?", "docs": "nowhere"}, {"question": "Who restored the tidal mill?"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    fast = moe("batch", "lines.jsonl", "--docs", "docs", *OUT, "--fail-fast")
    assert fast.exit_code == 2
    assert "line 1 failed: there is no file or folder nowhere" in fast.stderr
    assert "1 failed, 1 not asked" in fast.stdout
    assert moe("batch", "lines.jsonl", "--docs", "docs", *OUT).exit_code == 2
    assert [result["exit_code"] for result in read_results(project)] == [2, 0]
    (project / "nowhere").write_text("It leaves at nine.", encoding="utf-8")
    assert moe("batch", "lines.jsonl", "--docs", "docs", *OUT, "--retry-failed").exit_code == 0
    assert [result["line"] for result in read_results(project)] == [2, 1]


def test_a_line_that_names_what_is_not_there_fails_with_the_nearest_name_and_leaves_no_run(moe, project: Path) -> None:
    line = '{"question": "Who?", "belter": "reserch", "docs": ["docs"]}\n'
    (project / "lines.jsonl").write_text(line, encoding="utf-8")
    done = moe("batch", "lines.jsonl", *OUT)
    assert done.exit_code == 2
    assert "line 1 failed: no belter is named 'reserch' -> did you mean 'research'?" in done.stderr
    (result,) = read_results(project)
    assert (result["run_id"], result["error"]["code"]) == ("", "name_unknown")
    assert json.loads(moe("runs", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("questions.txt", "--out", "questions.txt"), "--out is the file of questions itself"),
        (("none.txt",), "none.txt cannot be read"),
        (("questions.txt", "--docs", "none"), "there is no file or folder none"),
        (("questions.txt", "--parallel", "0"), "0 is not in the range"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(moe, project: Path, arguments, told: str) -> None:
    done = moe("batch", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert (project / "questions.txt").read_text(encoding="utf-8") == QUESTIONS
    assert not (project / ".moe" / "runs.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")
@pytest.mark.parametrize("number", ["SIGKILL", "SIGINT"])
def test_a_batch_that_is_broken_off_goes_on_and_answers_each_line_once(
    moe, project: Path, environment, questions: Path, number: str
) -> None:
    questions.write_text("".join(f"Who restored the tidal mill in {year}?\n" for year in range(1980, 1992)))
    arguments = ("batch", "questions.txt", "--docs", "docs", *OUT, "--parallel", "2")
    command = [sys.executable, "-m", "moe", *arguments]
    out = project / "results.jsonl"
    child = subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True)
    while child.poll() is None and not (out.exists() and out.read_bytes().count(b"\n") >= 2):
        time.sleep(0.01)
    child.send_signal(getattr(signal, number))
    _, told = child.communicate(timeout=60)
    if number == "SIGINT" and child.returncode != 0:  # it was not quicker
        assert child.returncode == 130
        assert told.endswith("of 12 lines answered; the same command goes on\n")
    with out.open("ab") as file:
        file.write(b'{"line":7,"con')  # as when it dies within a line
    assert moe(*arguments).exit_code == 0
    assert Counter(result["line"] for result in read_results(project)) == Counter(range(1, 13))
