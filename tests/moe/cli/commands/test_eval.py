"""`moe eval`: retrieval and evidence."""

import json
from pathlib import Path

import pytest

LINES = (
    {"id": "mill", "title": "Pell Mill", "text": "Pell Mill is driven by the tide. Ada Brook restored it."},
    {"id": "brook", "title": "Ada Brook", "text": "Ada Brook is an engineer. She came from Skerry."},
    {"id": "skerry", "title": "Skerry", "text": "Nine houses stand there."},
)
QUESTIONS = (
    {
        "id": "q1",
        "type": "bridge",
        "question": "Who restored Pell Mill?",
        "gold": ["mill", "skerry"],
        "support": [["mill", 0]],
    },
    {"id": "q2", "question": "Where is Ada Brook from?", "gold": ["brook"], "support": [["brook", 0], ["brook", 1]]},
    {"id": "q3", "question": "What is not told?", "gold": []},
)
KEYS = ["recall@2", "recall@5", "recall@10", "all_gold@5", "questions", "passages", "index_seconds"]
KEYS += ["p50_ms", "p95_ms", "peak_rss_mb"]
SET = ("--corpus", "corpus.jsonl", "--questions", "questions.jsonl")


@pytest.fixture(autouse=True)
def question_set(project: Path) -> None:
    for name, rows in (("corpus.jsonl", LINES), ("questions.jsonl", QUESTIONS)):
        (project / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def measure(moe, *arguments: str) -> dict:
    result = moe("eval", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_retrieval_is_measured_with_what_runs_search_with(moe, project: Path) -> None:
    data = measure(moe, "retrieval", *SET)
    assert list(data) == KEYS
    assert (data["questions"], data["passages"]) == (2, 3)
    assert (data["recall@2"], data["recall@5"], data["all_gold@5"]) == (75.0, 100.0, 100.0)
    assert data["p50_ms"] <= data["p95_ms"]
    assert not (project / ".moe").exists()


def test_the_retriever_alone_does_not_come_over_the_bridge(moe) -> None:
    data = measure(moe, "retrieval", *SET, "--no-walk")
    assert (data["recall@5"], data["all_gold@5"]) == (75.0, 50.0)


def test_two_searches_are_compared_question_by_question(moe) -> None:
    data = measure(moe, "retrieval", *SET, "--against", "no-walk")
    assert data["against"]["recall@5"] == 75.0
    assert data["differences"]["recall@5"] == {"mean": 25.0, "low": 0.0, "high": 50.0}
    shown = moe("eval", "retrieval", *SET, "--against", "no-walk").stdout
    assert "+25.0" in shown
    assert "+0.0 to +50.0" in shown
    same = measure(moe, "retrieval", *SET, "--against", "personas=generalist retriever=lexical")
    assert set(same["differences"]["recall@10"].values()) == {0.0}


@pytest.mark.parametrize("against", ["walk", "traversal", "traversal=", "speed=1", "", "traversal=beam personas=a"])
def test_another_search_that_is_none_is_a_usage_error(moe, against) -> None:
    result = moe("eval", "retrieval", *SET, "--against", against)
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith(("error:", "Usage"))


def test_the_configured_walkers_are_those_that_are_measured(moe, project: Path) -> None:
    with (project / "config" / "system.yaml").open("a", encoding="utf-8") as file:
        file.write("walkers: []\n")
    assert measure(moe, "retrieval", *SET)["recall@5"] == 75.0
    assert measure(moe, "retrieval", *SET, "--personas", "generalist,pathfinder")["recall@5"] == 100.0
    assert measure(moe, "retrieval", *SET, "--traversal", "belief")["recall@5"] == 100.0


def test_depths_can_be_chosen(moe) -> None:
    data = measure(moe, "retrieval", *SET, "--k", "3,1,1")
    assert [key for key in data if key.startswith("recall")] == ["recall@1", "recall@3"]
    assert data["all_gold@5"] == 100.0


def test_details_tell_each_question(moe) -> None:
    first, second = measure(moe, "retrieval", *SET, "--details")["details"]
    assert first["question"] == "Who restored Pell Mill?"
    assert (first["type"], first["gold"], second["gold"]) == ("bridge", ["mill", "skerry"], ["brook"])
    assert first["found"] == ["mill", "brook", "skerry"]
    assert first["recalls"] == {"recall@2": 50.0, "recall@5": 100.0, "recall@10": 100.0}
    assert first["ms"] >= 0


def test_retrieval_is_shown_for_reading(moe) -> None:
    lines = moe("eval", "retrieval", *SET, "--details", "--no-walk").stdout.splitlines()
    assert lines[0].split() == ["QUESTION", "TYPE", "RECALL@10", "MS", "NOT", "FOUND"]
    assert (lines[1].split()[:3], lines[1].split()[-1]) == (["q1", "bridge", "50"], "skerry")
    assert any(line.split() == ["recall@5", "75.0"] for line in lines)
    assert any(line.startswith("2 questions, 3 passages, indexed in ") for line in lines)


def test_a_folder_is_a_corpus_too_and_gold_a_path_in_it(moe, project: Path) -> None:
    row = {"question": "Who restored the tidal mill?", "gold": ["mill.md"]}
    (project / "own.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert measure(moe, "retrieval", "--corpus", "docs", "--questions", "own.jsonl")["recall@2"] == 100.0


def test_evidence_is_measured_by_whole_runs_that_leave_no_record(moe, project: Path) -> None:
    data = measure(moe, "evidence", *SET, "--belter", "research")
    assert data["questions"] == 2
    assert data["failed"] == 0
    # The parrot repeats the first sentence of the first two passages.
    assert (data["gold_cited"], data["recall"]) == (100.0, 75.0)
    assert 0 < data["precision"] < 100
    assert 0 < data["f1"] < 100
    assert not (project / ".moe").exists()


def test_evidence_details_tell_what_each_answer_cites(moe) -> None:
    first, _ = measure(moe, "evidence", *SET, "--belter", "research", "--details")["details"]
    assert ["mill", 0] in first["cited_sentences"]
    assert first["support"] == [["mill", 0]]
    assert (first["gold_cited"], first["error"]) == (True, None)
    shown = moe("eval", "evidence", *SET, "--belter", "research", "--details").stdout
    assert "recall of supporting sentences  75.0" in shown


def test_runs_that_are_degraded_are_counted_and_warned_of(moe, project: Path) -> None:
    row = {"question": "The model is down", "gold": ["mill"]}
    (project / "questions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    result = moe("eval", "evidence", *SET, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["degraded"] == 1
    assert "warning: 1 of 1 runs are degraded" in result.stderr


def test_runs_that_fail_are_told_and_end_with_1(moe) -> None:
    result = moe("--set", "system.provider=nobody", "eval", "evidence", *SET, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["failed"] == 2
    assert "error: 2 of 2 runs failed: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["retrieval", *SET, "--k", "0"], "is no list of numbers from 1"),
        (["retrieval", *SET, "--k", "2,x"], "is no list of numbers from 1"),
        (["retrieval", *SET, "--retriever", "lexicl"], "did you mean 'lexical'?"),
        (["retrieval", *SET, "--traversal", "belief", "--no-walk"], "--traversal and --no-walk exclude each other"),
        (["retrieval", "--corpus", "corpsu.jsonl", *SET[2:]], "did you mean corpus.jsonl?"),
        (
            ["retrieval", "--corpus", "docs", *SET[2:]],
            "the gold passage 'mill' of question 'q1' is not in docs (and 2 more",
        ),
        (["retrieval", *SET[:2], "--questions", "nowhere"], "'nowhere' does not exist"),
        (["retrieval", *SET[:2], "--questions", "docs/mill.md"], "docs/mill.md, line 1: is no JSON"),
        (["evidence", *SET, "--belter", "reserch"], "did you mean 'research'?"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_line(moe, arguments: list[str], words: str) -> None:
    result = moe("eval", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr


def test_a_set_without_evidence_is_refused(moe, project: Path) -> None:
    (project / "questions.jsonl").write_text('{"question": "Who?"}\n', encoding="utf-8")
    for what in ("retrieval", "evidence"):
        result = moe("eval", what, *SET)
        assert result.exit_code == 2
        assert "no question in questions.jsonl has gold" in result.stderr


def test_files_that_are_left_out_are_warned_of(moe, project: Path) -> None:
    (project / "docs" / "broken.pdf").write_bytes(b"%PDF nothing")
    (project / "own.jsonl").write_text('{"question": "Who?", "gold": ["mill.md"]}', encoding="utf-8")
    result = moe("eval", "retrieval", "--corpus", "docs", "--questions", "own.jsonl", "--json")
    assert result.exit_code == 0
    assert "warning: docs/broken.pdf: " in result.stderr


def test_vectors_of_a_corpus_are_kept_apart_from_those_of_the_project(moe, project: Path, monkeypatch) -> None:
    monkeypatch.setenv("MOE_EMBEDDING_MODEL", "moe_core.testing.embedding:HashEmbedder")
    first = measure(moe, "retrieval", *SET, "--retriever", "hybrid")
    (kept,) = project.glob(".moe/cache/eval/vectors/*/*.npy")
    written = kept.stat().st_mtime_ns
    again = measure(moe, "retrieval", *SET, "--retriever", "hybrid")
    assert {key: again[key] for key in KEYS[:6]} == {key: first[key] for key in KEYS[:6]}
    assert kept.stat().st_mtime_ns == written
    assert not (project / ".moe/cache/vectors").exists()


def test_refusal_is_measured_with_the_gold_there_and_gone(moe) -> None:
    data = measure(moe, "refusal", *SET, "--details")
    assert [data[key] for key in ("questions", "failed")] == [2, 0]
    assert {detail["refused_without_gold"] for detail in data["details"]} <= {True, False}
    shares = [detail["refused_without_gold"] for detail in data["details"]]
    assert data["refused_without_gold"] == 100 * sum(shares) / len(shares)
    assert measure(moe, "refusal", *SET, "--most", "1")["questions"] == 1
    shown = moe("eval", "refusal", *SET, "--details").stdout
    assert "refused though it is there" in shown


def test_a_runs_question_is_added_to_a_set_that_the_other_commands_read(moe, project: Path) -> None:
    (project / "mill.txt").write_text("Pell Mill was restored by Ada Brook in 1912.", encoding="utf-8")
    assert moe("run", "Who restored Pell Mill?", "--docs", "mill.txt", "--quiet").exit_code == 0
    added = json.loads(moe("eval", "add", "last", "--to", "mill", "--json").stdout)
    assert (added["name"], added["questions"], added["problem"]) == ("mill", 1, "")
    line = json.loads((project / added["path"]).read_text(encoding="utf-8"))
    assert (line["question"], line["answer"], line["gold"]) == ("Who restored Pell Mill?", "Ada Brook", ["mill.txt"])
    assert measure(moe, "evidence", "--corpus", "mill.txt", "--questions", added["path"])["gold_cited"] == 100.0
    assert moe("eval", "sets").stdout.split() == ["mill", "1", "question", added["path"]]


def test_a_set_takes_a_question_once_and_what_is_expected_of_it_as_it_is_said(moe, project: Path) -> None:
    (project / "mill.txt").write_text("Pell Mill was restored by Ada Brook in 1912.", encoding="utf-8")
    moe("run", "Who restored Pell Mill?", "--docs", "mill.txt", "--quiet")
    own = project / ".moe" / "questions" / "own.jsonl"
    own.parent.mkdir()
    own.write_text('{"question": "Why?"}', encoding="utf-8")  # by hand, without a last line feed
    assert moe("eval", "add", "last", "--to", "own", "--answer", "A. Brook", "--citation", "1").exit_code == 0
    assert [json.loads(line).get("answer") for line in own.read_text(encoding="utf-8").splitlines()] == [
        None,
        "A. Brook",
    ]
    for arguments, words in (
        (("--to", "own"), "is in own already"),
        (("--to", "../own"), "is no name for a question set"),
        (("--to", "new", "--citation", "2"), "has no citation 2"),
    ):
        refused = moe("eval", "add", "last", *arguments)
        assert (refused.exit_code, words in refused.stderr) == (2, True)
    own.write_text("{}\n", encoding="utf-8")
    assert "question is missing" in moe("eval", "add", "last", "--to", "own").stderr
    assert "question is missing" in moe("eval", "sets").stdout
