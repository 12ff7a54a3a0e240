"""Work that goes step by step, where there is no terminal; tests of a terminal are in test_terminal.py."""

import pytest

from moe.cli.progress.steps import (
    Measure,
    describe_asking,
    describe_indexing,
    describe_pull,
    describe_reading,
    make_listener,
    open_steps,
)
from moe.contracts.index import IndexProgress
from moe_core.contracts.download import PullProgress


def test_each_new_part_of_a_download_is_one_line_with_its_size(capsys: pytest.CaptureFixture[str]) -> None:
    with open_steps("asking", "bytes", is_coloured=True, has_lines=True) as show:
        listen = make_listener(show, describe_pull)
        listen(PullProgress(status="pulling manifest"))
        for completed in (0, 512, 2048):
            listen(PullProgress(status="pulling", digest="a1", completed=completed, total=2048))
        listen(PullProgress(status="pulling", digest="b2", completed=1, total=1_000_000))
        listen(PullProgress(status="success"))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == ["pulling manifest", "pulling, 2.0 kB", "pulling, 1.0 MB", "success"]


@pytest.mark.parametrize("measure", ["count", "share", "bytes"])
def test_where_no_lines_are_wanted_a_pipe_gets_nothing(measure: Measure, capsys: pytest.CaptureFixture[str]) -> None:
    with open_steps("looking", measure, is_coloured=True) as show:
        show(describe_asking(1, 2))
    assert capsys.readouterr() == ("", "")


def test_documents_that_are_all_read_are_being_indexed() -> None:
    assert [describe_reading(done, 2, "a.md").label for done in (1, 2)] == ["reading documents", "indexing"]


def test_an_update_of_the_index_tells_bytes_passages_and_the_file() -> None:
    step = describe_indexing(IndexProgress(step="reading", name="a.md", done_bytes=5, total_bytes=9, passages=1))
    assert (step.label, step.done, step.total, step.note, step.name) == ("indexing", 5, 9, "1 passage", "a.md")
    assert describe_indexing(IndexProgress(step="looking")).note == ""
