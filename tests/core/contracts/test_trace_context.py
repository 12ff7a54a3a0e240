"""The header `traceparent`, and the ids of a run's spans."""

import pytest

from moe_core.contracts.trace_context import read_traceparent, trace_run, trace_task

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_header_is_read_and_written_back() -> None:
    assert str(read_traceparent(GIVEN)) == GIVEN


@pytest.mark.parametrize(
    "odd",
    [None, "", "01" + GIVEN[2:], GIVEN[:-1], GIVEN.upper(), GIVEN + "\n", f"00-{'0' * 32}-{'1' * 16}-01",
     f"00-{'1' * 32}-{'0' * 16}-01"],
)  # fmt: skip
def test_what_is_no_header_is_none(odd: str | None) -> None:
    assert read_traceparent(odd) is None


def test_the_ids_of_a_run_are_the_same_everywhere_and_of_the_trace_that_asked() -> None:
    assert trace_run("r1") == trace_run("r1", "nonsense") != trace_run("r2")
    run = trace_run("r1", GIVEN)
    assert (run.trace_id, run.flags) == (GIVEN[3:35], "01")
    assert run.span_id == trace_run("r1").span_id
    task = trace_task(run, "r1/1")
    assert task.trace_id == run.trace_id
    assert len({task.span_id, run.span_id, trace_task(run, "r1/2").span_id}) == 3
