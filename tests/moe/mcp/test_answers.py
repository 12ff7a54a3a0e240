"""What clients of the Model Context Protocol are told of runs."""

from moe.contracts.result import RunResult
from moe.contracts.waiting import WaitingCall
from moe.mcp.answers import describe_result
from moe_core.contracts.task import Status

CALL = WaitingCall(
    call="1:tool post:1",
    task="1",
    agent="poster",
    tool="post",
    params={"text": "late"},
    effects=("net",),
    reason="first",
    begun=0,
    since=1.0,
)


def test_of_a_run_that_waits_it_is_told_who_must_decide_on_what() -> None:
    told = describe_result(
        RunResult(run_id="r1", correlation_id="c", question="?", status=Status.WAITING, waiting=(CALL,))
    )
    assert "moe runs approve r1" in told.text
    assert "task 1: post text='late' (it asks before each call)" in told.text
    assert (told.data["status"], told.is_error) == ("waiting", False)
