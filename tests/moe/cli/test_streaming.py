"""The answer while it is written: on a terminal only, and never in place of the checked one."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from moe.cli.progress.chain_state import ChainState
from moe.cli.render.live import LiveView
from moe_core.contracts.event import Event, EventKind
from moe_core.testing.values import make_payload

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
ARGUMENTS = ("run", "Who restored the tidal mill?", "--docs", "docs", "--belter", "research", "--provider", "talker")
INVENTED = "Gulls invented it."


def happen(kind: EventKind, task_id: str = "r/1", **data: Any) -> Event:
    return Event(
        run_id="r",
        correlation_id="c",
        sequence=1,
        at=0.0,
        kind=kind,
        task_id=task_id,
        agent="camina",
        data=make_payload(kind, **data),
    )


BEGUN = happen(EventKind.TASK_STARTED, role="camina", instruction="?", parent_id=None)


def piece(text: str, statement: int | None = None) -> Event:
    return happen(EventKind.ANSWER_PIECE, text=text, statement=statement, attempt=1)


def test_pieces_add_up_and_statements_are_parted() -> None:
    state = ChainState()
    for event in (BEGUN, piece("The mill ", 0), piece("turns.", 0), piece("It is old.", 1)):
        state.take(event)
    assert state.answer == "The mill turns. It is old."


@pytest.mark.parametrize("kind", [EventKind.MODEL_CALLED, EventKind.MODEL_RETRIED, EventKind.MODEL_INVALID])
def test_an_answer_that_is_asked_for_again_begins_anew(kind: EventKind) -> None:
    state = ChainState()
    for event in (BEGUN, piece("The mill", 0), happen(kind, purpose="synthesise", provider="p"), piece("It", 0)):
        state.take(event)
    assert state.answer == "It"


def test_pieces_of_another_attempt_begin_anew() -> None:
    state = ChainState()
    for event in (BEGUN, piece("Hm, let me"), happen(EventKind.ANSWER_PIECE, text="It", statement=None, attempt=2)):
        state.take(event)
    assert state.answer == "It"


def test_what_happens_below_does_not_touch_the_answer() -> None:
    state = ChainState()
    below = happen(EventKind.TASK_STARTED, "r/1/a", role="belter", instruction="?", parent_id="r/1")
    for event in (BEGUN, below, piece("The mill"), happen(EventKind.MODEL_CALLED, "r/1/a", purpose="merge")):
        state.take(event)
    assert state.answer == "The mill"


def test_a_long_answer_shows_its_end_and_control_characters_do_no_harm() -> None:
    stream = io.StringIO()
    view = LiveView(io.StringIO(), is_coloured=False)
    for event in (BEGUN, piece("".join(f"line {number}\n" for number in range(200))), piece("the end [7]\x1b[2J")):
        view.on_event(event)
    Console(file=stream, width=80).print(view)
    assert "line 199" in stream.getvalue()
    assert "line 3\n" not in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()
    assert "the end ⟦7⟧" in stream.getvalue()


@pytest.fixture
def talker(project: Path, add: Callable[..., Path]) -> None:
    add(project, "talker.py", "models")


@pytest.mark.usefixtures("talker")
def test_a_terminal_shows_the_answer_as_it_is_written_and_keeps_only_the_checked_one(terminal) -> None:
    code, drawn = terminal(*ARGUMENTS)
    assert code == 0
    end = drawn.rindex("\x1b[?25h")
    live, final = ESCAPES.sub("", drawn[:end]), drawn[end:]
    assert INVENTED in live
    assert live.count("The tidal") > live.count(INVENTED), "it was drawn before it was whole"
    assert INVENTED not in final
    assert "Ada Brook" in final


@pytest.mark.usefixtures("talker")
def test_no_stream_waits_for_the_checked_answer(terminal) -> None:
    code, drawn = terminal(*ARGUMENTS, "--no-stream")
    assert code == 0
    assert "Gulls" not in drawn
    assert "Ada Brook" in drawn


@pytest.mark.usefixtures("talker")
@pytest.mark.parametrize("arguments", [(), ("--stream",), ("--json",)])
def test_a_pipe_gets_the_checked_answer_once(moe, arguments: tuple[str, ...]) -> None:
    result = moe(*ARGUMENTS, *arguments)
    assert result.exit_code == 0, result.stderr
    assert INVENTED not in result.stdout + result.stderr
    answer = json.loads(result.stdout)["answer"] if "--json" in arguments else result.stdout.partition("Sources")[0]
    assert answer.count("restored by Ada Brook") == 1


@pytest.mark.usefixtures("talker")
def test_pieces_are_not_recorded(terminal, moe) -> None:
    terminal(*ARGUMENTS)
    kinds = [event["kind"] for event in json.loads(moe("runs", "show", "last", "--json").stdout)["events"]]
    assert "run.finished" in kinds
    assert "answer.piece" not in kinds
