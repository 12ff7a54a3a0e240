"""`moe chat`, as it is typed from a pipe."""

import json
from pathlib import Path

import pytest


def chat(moe, *lines: str, arguments: tuple[str, ...] = ("--docs", "docs"), code: int = 0):
    done = moe("chat", *arguments, input="".join(f"{line}\n" for line in lines))
    assert done.exit_code == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_each_line_is_a_question_and_may_leave_out_what_was_said(moe) -> None:
    done = chat(moe, "Who restored the tidal mill?", "", "and what did it cost?", "1", "/why", "/quit", "never asked")
    assert "> Who restored the tidal mill?" in done.stdout
    assert "asked as: What did the tidal mill cost?" in done.stdout
    assert "[1] docs/mill.md, line 3\n# The mill\n" in done.stdout  # opened: with what stands around it
    assert "Why these sources" in done.stdout
    assert "never asked" not in done.stdout
    assert [one["turns"] for one in json.loads(moe("conversations", "list", "--json").stdout)] == [2]


def test_another_conversation_and_other_documents_are_begun_with_a_word(moe, project: Path) -> None:
    done = chat(
        moe,
        "Who restored the tidal mill?",
        "/docs docs/ferry.txt",
        "/docs",
        "/new",
        "/belter research",
        "/belter",
        "/help",
    )
    assert done.stdout.count("docs/ferry.txt: 1 document, 1 passage") == 2
    assert "a new conversation" in done.stdout
    assert "research answers from now on" in done.stdout
    assert "the router chooses who answers" in done.stdout
    assert "end; Ctrl-D does the same" in done.stdout


def test_what_is_mistyped_is_told_and_the_conversation_goes_on(moe) -> None:
    lines = ("/dcos", "7", "/why", "/belter resarch", "/docs nowhere", "/docs", 'When does the "ferry leave?')
    done = chat(moe, *lines, code=2)
    assert "did you mean /docs?" in done.stderr
    assert "the last answer has no citation [7]" in done.stderr
    assert "nothing has been answered yet" in done.stdout
    assert "did you mean 'research'?" in done.stderr
    assert "there is no file or folder nowhere" in done.stderr
    assert "docs: 2 documents" in done.stdout  # as before
    assert "The ferry leaves at nine." in done.stdout


def test_programs_get_a_document_a_line(moe) -> None:
    done = chat(moe, "Who restored the tidal mill?", "when?", arguments=("--docs", "docs", "--json"))
    first, second = map(json.loads, done.stdout.splitlines())
    assert second["conversation_id"] == first["run_id"]
    assert second["asked_as"]


def test_a_conversation_of_before_is_gone_on_with(moe) -> None:
    moe("run", "Who restored the tidal mill?", "--docs", "docs")
    done = chat(moe, "what did it cost?", arguments=("--continue",))
    assert "asked as: What did the tidal mill cost?" in done.stdout


def test_no_line_is_no_question(moe) -> None:
    done = chat(moe)
    assert (done.stdout, done.stderr) == ("", "")


def test_without_a_record_it_is_told_that_questions_stand_alone(moe) -> None:
    done = moe("--set", "system.record=false", "chat", "--docs", "docs", input="Who restored the tidal mill?\nwhen?\n")
    assert "each question is asked as it stands" in done.stderr
    assert "asked as" not in done.stdout


@pytest.mark.parametrize("arguments", [("--continue", "nobody"), ("--docs", "docs", "--belter", "resarch")])
def test_what_cannot_begin_does_not(moe, arguments: tuple[str, ...]) -> None:
    done = chat(moe, "Who?", arguments=arguments, code=2)
    assert done.stderr.startswith("error: no ")
