from io import StringIO
from pathlib import Path

import pytest

from moe.cli.render.answer import NEAREST, describe_servers, show_answer
from moe.cli.render.places import find_line
from moe.cli.render.plain import PlainScreen
from moe.contracts.result import Citation, RunResult
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.task import Status

RAW = "---\ntitle: x\n---\n\nThe mill is old.\n\nTwice.\n\nTwice.\n"


@pytest.mark.parametrize(
    ("name", "start", "text", "line"),
    [
        ("a.md", RAW.index("The mill"), "The mill is old.", 5),
        ("a.md", 0, "The mill is old.", 5),
        ("a.md", 0, "Twice.", None),
        ("a.md", RAW.index("Twice."), "Twice.", 7),
        ("a.md", 0, "Name: x", None),
        ("a.rtf", 0, "The mill is old.", None),
    ],
)
def test_a_line_is_told_where_the_file_says_just_that_there_or_once(
    tmp_path: Path, name: str, start: int, text: str, line: int | None
) -> None:
    (tmp_path / name).write_text(RAW)
    citation = Citation(
        document=str(tmp_path / name), passage_id="p", start=start, end=start + len(text), text=text, score=1.0
    )
    assert find_line(citation) == line


@pytest.mark.parametrize(
    ("answered_by", "told"), [("", "by first"), ("first", "by first"), ("second", "by second in place of first")]
)
def test_the_footer_names_who_wrote_the_answer_where_it_is_not_the_one_who_should(answered_by: str, told: str) -> None:
    served = Served(provider="first", model="m:1")
    top = Member(name="camina", role=Role.CAMINA, full_id="camina", served=served)
    chain = Chain(camina=top, belters=(), drummers=(), observer=None, retriever="walk", walkers=(), edges=())
    assert describe_servers(chain, answered_by) == told


def test_what_is_nearest_is_shown_and_said_to_be_no_sure_answer() -> None:
    near = Citation(document="notes.txt", passage_id="p", start=4, end=9, text="quarry", score=0.1)
    result = RunResult(
        run_id="r",
        correlation_id="c",
        question="q",
        status=Status.DONE,
        answer="Not found in the documents.",
        nearest=(near,),
    )
    stream = StringIO()
    show_answer(PlainScreen(stream), result)
    shown = stream.getvalue()
    assert NEAREST in shown
    assert "notes.txt, characters 4-9" in shown
    assert "“quarry”" in shown
