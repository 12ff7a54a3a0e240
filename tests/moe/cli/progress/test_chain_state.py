"""What a terminal shows of a run follows from its events."""

from moe.cli.progress.chain_state import ChainState
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import TaskStarted
from moe_core.contracts.tool_payloads import ToolAnswered, ToolCalled, ToolProgressed, ToolRetried


def take(state: ChainState, payload: EventPayload) -> None:
    state.take(
        Event(
            run_id="r", correlation_id="c", sequence=1, at=0.0, kind=payload.kind, task_id="t", agent="a", data=payload
        )
    )


def test_a_tool_shows_what_it_last_said_while_it_runs() -> None:
    state = ChainState()
    take(state, TaskStarted(role="drummer", capability="x", instruction="look it up", parent_id=None))
    take(state, ToolCalled(tool="lookup", params={}))
    tool = state.tops[0].tools[0]
    take(state, ToolProgressed(tool="lookup", progress="page 3 of 9"))
    assert tool.doing == "page 3 of 9"
    take(state, ToolRetried(tool="lookup", message="the line is busy"))
    assert tool.doing == "again: the line is busy"
    take(state, ToolAnswered(tool="lookup", seconds=1.0, evidence=0))
    assert (tool.doing, tool.state) == ("", "done")
