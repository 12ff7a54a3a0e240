"""`moe run` and its shorthands."""

import json
import os
from pathlib import Path

import pytest

from pdf_file import make_pdf

QUESTION = "Who restored the tidal mill, and what did it cost?"
RESULT_KEYS = {
    "run_id",
    "correlation_id",
    "question",
    "status",
    "degraded",
    "answer",
    "citations",
    "route",
    "chain",
    "usage",
    "timings",
    "observer",
    "error",
}


def test_a_question_over_documents_is_answered_with_its_sources(moe, project: Path) -> None:
    result = moe("run", QUESTION, "--docs", "docs")
    assert result.exit_code == 0, result.stderr
    answer, _, rest = result.stdout.partition("Sources\n")
    assert "The tidal mill was restored by Ada Brook" in answer
    assert "[1]" in answer
    assert "[1] docs/mill.md, line " in rest
    assert "“" in rest
    last = result.stdout.splitlines()[-1]
    assert last.startswith("route ")
    assert ", run 2" in last


def test_what_is_configured_of_an_agent_that_is_not_there_is_told_in_one_line(moe, project: Path) -> None:
    (project / "config").mkdir(exist_ok=True)
    (project / "config" / "models.yaml").write_text("serch: {url: 'http://127.0.0.1:6001'}\n", encoding="utf-8")
    told = moe("run", QUESTION, "--docs", "docs")
    (line,) = (line for line in told.stderr.splitlines() if "serch" in line)
    assert (told.exit_code, "did you mean search" in line) == (0, True)
    assert "serch" not in moe("run", QUESTION, "--docs", "docs", "--quiet").stderr


def test_the_line_of_a_source_is_the_one_its_words_stand_on(moe, project: Path) -> None:
    result = moe("run", QUESTION, "--docs", "docs", "--json")
    shown = moe("run", QUESTION, "--docs", "docs").stdout
    for citation in json.loads(result.stdout)["citations"]:
        text = Path(citation["document"]).read_text(encoding="utf-8")
        line = text[: citation["start"]].count("\n") + 1
        assert f"{citation['document']}, line {line}, characters {citation['start']}-{citation['end']}" in shown


def test_json_is_one_document_whose_citations_are_the_very_words(moe, project: Path) -> None:
    result = moe("run", QUESTION, "--docs", "docs", "--json")
    data = json.loads(result.stdout)
    assert set(data) >= RESULT_KEYS
    assert data["status"] == "done"
    assert data["citations"]
    for citation in data["citations"]:
        text = Path(citation["document"]).read_text(encoding="utf-8")
        assert text[citation["start"] : citation["end"]] == citation["text"]


def test_a_question_can_come_from_standard_input(moe) -> None:
    result = moe("run", "-", "--docs", "docs", "--json", input=QUESTION + "\n")
    assert json.loads(result.stdout)["question"] == QUESTION


def test_bytes_on_standard_input_that_are_no_text_do_not_crash(spawn, project: Path) -> None:
    (project / "question").write_bytes(b"Who restored the mill\xff\xfe?")
    with (project / "question").open("rb") as stream:
        result = spawn("run", "-", "--docs", "docs", "--json", stdin=stream)
    assert result.returncode == 0, result.stderr
    assert "mill\ufffd" in json.loads(result.stdout)["question"]


@pytest.mark.parametrize("command", ["camina", "observer"])
def test_a_shorthand_of_the_whole_chain_has_camina_at_its_top(moe, command: str) -> None:
    data = json.loads(moe(command, QUESTION, "--docs", "docs", "--json").stdout)
    assert data["chain"]["camina"]["name"] == "camina"
    assert data["chain"]["belters"]


def test_a_belter_is_asked_by_name_without_camina(moe) -> None:
    data = json.loads(moe("belter", QUESTION, "--name", "research", "--docs", "docs", "--json").stdout)
    assert data["chain"]["camina"] is None
    assert [belter["name"] for belter in data["chain"]["belters"]] == ["research"]
    assert data["status"] == "done"


def test_a_drummer_is_asked_by_name_without_anyone_above(moe) -> None:
    data = json.loads(moe("drummer", "tidal mill", "--name", "search", "--docs", "docs", "--json").stdout)
    assert data["chain"]["belters"] == []
    assert [drummer["name"] for drummer in data["chain"]["drummers"]] == ["search"]


def test_the_observer_prints_its_notes_after_the_answer(moe) -> None:
    result = moe("observer", QUESTION, "--docs", "docs")
    assert result.exit_code == 0, result.stderr
    assert "Ada Brook" in result.stdout.partition("\nObserver\n")[0]
    assert result.stdout.partition("\nObserver\n")[2].strip()


def test_a_belter_provider_and_model_can_be_named(moe) -> None:
    arguments = ("--belter", "document", "--provider", "parrot", "--model", "polly:7b")
    data = json.loads(moe("run", QUESTION, "--docs", "docs", "--json", *arguments).stdout)
    assert data["route"]["route"] == "document"
    assert data["chain"]["camina"]["served"]["provider"] == "parrot"
    assert data["chain"]["camina"]["served"]["model"] == "polly:7b"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--docs", "dosc"], "did you mean docs"),
        (["--docs", "docs/*.mdd"], "docs/*.mdd matches no file"),
        (["--collection", "attic"], "moe collections add"),
        (["--docs", "docs", "--belter", "reserch"], "did you mean 'research'"),
        (["--docs", "docs", "--provider", "parot"], "did you mean 'parrot'"),
    ],
)
def test_a_mistyped_name_is_wrong_usage_whose_nearest_is_told_and_leaves_no_run(
    moe, arguments: list[str], words: str
) -> None:
    result = moe("run", QUESTION, *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert words in result.stderr
    assert result.stdout == ""
    assert json.loads(moe("runs", "list", "--json").stdout) == []


def test_with_json_a_failed_run_prints_its_result_and_the_error_as_usual(moe) -> None:
    Path("torn.pdf").write_bytes(b"%PDF-1.7 torn")
    result = moe("run", QUESTION, "--docs", "torn.pdf", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "document"
    assert "error: torn.pdf" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--depth", "quik"], "did you mean 'quick'?"),
        (["--mode", "Qotes"], "did you mean 'quotes'?"),
        (["--depth", "x"], "--depth"),
        (["--experts", "two"], "--experts N: "),
        (["--deadline", "5min"], "--deadline SECONDS: Longest the run may take"),
        (["docs", "config"], "the shell spelt a glob out"),
    ],
)
def test_a_mistyped_value_is_told_the_nearest_or_what_it_is_for(moe, arguments: list[str], hint: str) -> None:
    refused = moe("run", QUESTION, "--docs", "docs", *arguments)
    assert refused.exit_code == 2
    assert f"  hint: {hint}" in refused.stderr


def test_documents_named_without_their_option_are_told_it(moe) -> None:
    refused = moe("run", QUESTION, "docs")
    assert refused.exit_code == 2
    assert "  hint: documents are named with --docs: --docs docs" in refused.stderr


@pytest.mark.parametrize("words", [("ask", QUESTION), (QUESTION,)])
def test_who_asks_without_a_command_is_told_which_it_is(moe, words: tuple[str, ...]) -> None:
    refused = moe(*words)
    assert refused.exit_code == 2
    assert ' run "QUESTION" --docs PATH` asks a question' in refused.stderr
    assert "no command is named 'ask'" in moe("runs", "ask").stderr  # there it may be anything
    assert "QUESTION" not in moe("runs", "ask").stderr


def test_a_model_that_fails_fails_the_run(moe) -> None:
    result = moe("run", "The model is down", "--docs", "docs", "--provider", "parrot")
    assert result.exit_code in (0, 1)
    data = json.loads(moe("run", "The model is down", "--docs", "docs", "--json").stdout)
    assert data["degraded"] or data["error"]["code"] == "model_unavailable"


@pytest.mark.parametrize("question", ["", "   "])
def test_an_empty_question_is_refused_in_words(moe, question: str) -> None:
    result = moe("run", question, "--docs", "docs")
    assert result.exit_code == 2
    assert result.stderr == "error: the question is empty\n  hint: give the question as a text in quotes\n"


def test_a_question_that_is_too_long_is_refused_in_words(moe) -> None:
    result = moe("run", "a" * 20_001)
    assert result.exit_code == 2
    assert "longer than 20,000 characters" in result.stderr


@pytest.mark.parametrize("deadline", ["0", "-1", "soon", "nan"])
def test_a_deadline_that_is_no_time_is_refused(moe, deadline: str) -> None:
    assert moe("run", QUESTION, "--docs", "docs", "--deadline", deadline).exit_code == 2


def test_documents_that_take_all_the_time_are_told_with_how_to_read_them_once(moe) -> None:
    result = moe("run", QUESTION, "--docs", "docs", "--deadline", "0.001")
    assert (result.exit_code, "moe index add PATH" in result.stderr) == (1, True), result.stderr


def test_a_failing_tool_degrades_the_run_and_strict_says_so_in_the_exit_code(moe) -> None:
    question = "The tool breaks: who restored the tidal mill?"
    relaxed = moe("run", question, "--docs", "docs", "--web", "--belter", "research")
    assert relaxed.exit_code == 0
    assert "warning: degraded" in relaxed.stderr
    assert moe("run", question, "--docs", "docs", "--web", "--belter", "research", "--strict").exit_code == 3


def test_strict_is_content_with_a_run_that_went_well(moe) -> None:
    assert moe("run", QUESTION, "--docs", "docs", "--strict").exit_code == 0


def test_files_that_are_left_out_are_named_with_the_reason(moe, project: Path) -> None:
    (project / "docs" / "picture.bin").write_bytes(b"\x00\x01")
    result = moe("run", QUESTION, "--docs", "docs")
    assert result.exit_code == 0
    assert "warning: docs/picture.bin: files ending in .bin are not read\n" in result.stderr
    assert "picture.bin" not in moe("run", QUESTION, "--docs", "docs", "--quiet").stderr


def test_quiet_leaves_standard_error_empty(moe) -> None:
    question = "The tool breaks: who restored the tidal mill?"
    result = moe("run", question, "--docs", "docs", "--belter", "research", "--quiet")
    assert result.exit_code == 0
    assert result.stderr == ""


def test_what_a_tool_prints_does_not_reach_standard_output(moe, project: Path, add) -> None:
    add(project, "noisy.py", "tools/text")
    result = moe("tools", "run", "noisy", "text=one two", "--json")
    assert json.loads(result.stdout) == {"words": 2, "echo": "one two"}
    assert "noise from a tool" in result.stderr


def test_escape_sequences_in_a_document_do_not_reach_the_screen(moe, project: Path) -> None:
    (project / "docs" / "evil.txt").write_text("The \x1b[2Jlighthouse keeper \x07sleeps. Yes.\n", encoding="utf-8")
    result = moe("run", "Where is the lighthouse keeper?", "--docs", "docs/evil.txt")
    assert result.exit_code == 0, result.stderr
    assert "lighthouse keeper" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


def test_a_link_to_nothing_is_refused_in_one_line(moe, project: Path) -> None:
    os.symlink("nowhere", project / "d.txt")
    result = moe("run", QUESTION, "--docs", "d.txt")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "error: d.txt is a link to nothing"


@pytest.mark.parametrize("command", [("run", "What is the code of the vault?", "--docs"), ("index", "add")])
def test_links_that_lead_outside_are_followed_only_on_demand(moe, project: Path, tmp_path_factory, command) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "key.txt"
    secret.write_text("The code of the vault is 7781.", encoding="utf-8")
    os.symlink(secret, project / "docs" / "pw.txt")
    left_out = moe(*command, "docs")
    assert "docs/pw.txt: is a link that leads outside; --follow-links reads it" in left_out.stderr
    assert "7781" not in left_out.stdout
    followed = moe(*command, "docs", "--follow-links")
    assert followed.exit_code == 0, followed.stderr
    assert "leads outside" not in followed.stderr
    assert "7781" in followed.stdout or "added: docs/pw.txt" in followed.stdout


def test_a_source_with_pages_is_shown_with_its_page(moe, project: Path) -> None:
    pages = [[(50, 700, "The brine filter is changed every")], [(50, 700, "eleven weeks.")]]
    Path("manual.pdf").write_bytes(make_pdf(pages))
    question = ("run", "How often is the brine filter changed?", "--docs", "manual.pdf")
    assert "[1] manual.pdf, pages 1-2, characters " in moe(*question).stdout
    assert [citation["page"] for citation in json.loads(moe(*question, "--json").stdout)["citations"]] == ["1-2"]


def test_a_type_a_depth_and_sources_are_chosen_for_one_run(moe) -> None:
    arguments = ("run", QUESTION, "--docs", "docs", "--json")
    chosen = moe(*arguments, "--type", "research", "--depth", "quick", "--include", "Documents,analysis")
    data = json.loads(chosen.stdout)
    assert data["route"]["why"] == "a task of type research goes to research"
    tools = {tool for drummer in data["chain"]["drummers"] for tool in drummer["tools"]}
    assert {"document_search", "calculator"} <= tools
    assert "news" not in tools
    wrong = moe(*arguments, "--include", "documents,nws")
    assert (wrong.exit_code, "'nws' is no source; did you mean news?" in wrong.stderr) == (2, True)
    both = moe(*arguments, "--type", "research", "--belter", "research")
    assert (both.exit_code, "a Belter and a task type are both named" in both.stderr) == (2, True)


def test_an_answer_may_be_a_list_and_each_item_keeps_its_marks(moe):
    shown = moe("run", "Who restored the mill?", "--docs", "docs", "--format", "list", "--quiet")
    plain = moe("run", "Who restored the mill?", "--docs", "docs", "--quiet")
    assert shown.exit_code == plain.exit_code == 0
    assert any(line.startswith("- ") and line.endswith("[1]") for line in shown.stdout.splitlines())
    assert not any(line.startswith("- ") for line in plain.stdout.splitlines())
