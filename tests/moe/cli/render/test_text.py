"""Text for terminals, parameters as typed, the state of a run read from its events."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.cli.params import read_params
from moe.cli.progress.chain_state import ChainState
from moe.cli.render.plain import PlainScreen
from moe.cli.render.screen import Table
from moe.cli.render.text import measure_width, shorten
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event, EventKind
from moe_core.testing.values import make_payload
from moe_core.text.amounts import format_seconds
from moe_core.text.lines import clean_text


@given(st.text())
def test_cleaned_text_holds_no_control_character_but_line_ends_and_tabs(text: str) -> None:
    assert all(char in "\n\t" or (ord(char) >= 32 and not 127 <= ord(char) < 160) for char in clean_text(text))


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_shortened_text_is_one_line_that_fits(text: str, width: int) -> None:
    short = shorten(text, width)
    assert measure_width(short) <= width
    assert "\n" not in short


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0061, "6 ms"), (0.42, "0.42 s"), (12.3, "12 s"), (185, "3 min 05 s"), (59.9, "60 s")]
)
def test_a_length_of_time_reads_well(seconds: float, words: str) -> None:
    assert format_seconds(seconds) == words


def test_a_plain_table_is_aligned_complete_and_without_empty_columns() -> None:
    stream = io.StringIO()
    rows = [("漢字", "", "long " * 60), ("b", "", "two\nlines")]
    PlainScreen(stream).table(Table(columns=("name", "empty", "what"), rows=rows))
    first, second, third = stream.getvalue().splitlines()
    assert first == "NAME  WHAT"
    assert second == "漢字  " + ("long " * 60).rstrip()
    assert third == "b     two lines"


SCHEMA = {
    "properties": {
        "text": {"type": "string"},
        "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "count": {"type": "integer"},
        "on": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
        "kind": {"$ref": "#/$defs/Kind"},
    },
    "$defs": {"Kind": {"type": "string", "enum": ["1", "2"]}},
}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("text=42", "42"),
        ("text=a=b", "a=b"),
        ("text=", ""),
        ("maybe=7", "7"),
        ("count=42", 42),
        ("count=many", "many"),
        ("on=true", True),
        ("on=yes", True),
        ("on=off", False),
        ("names=a, b", ["a", "b"]),
        ('names=["a"]', ["a"]),
        ("kind=1", "1"),
        ("unknown=[1, 2]", [1, 2]),
        ("unknown=plain words", "plain words"),
    ],
)
def test_a_value_is_read_by_the_type_that_the_schema_wants(word: str, value: object) -> None:
    assert list(read_params([word], None, SCHEMA).values()) == [value]


@pytest.mark.parametrize("word", ["text", "=x", ""])
def test_a_word_that_is_no_pair_is_refused_with_the_keys_there_are(word: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_params([word], None, SCHEMA)
    assert "count=..." in (caught.value.hint or "")


def event(sequence: int, kind: EventKind, task_id: str | None = None, agent: str = "", **data: object) -> Event:
    return Event(
        run_id="r", correlation_id="c", sequence=sequence, at=100.0 + sequence, kind=kind, task_id=task_id,
        agent=agent, data=make_payload(kind, **data),
    )  # fmt: skip


def test_the_state_of_a_run_is_a_tree_of_tasks_with_their_tools() -> None:
    state = ChainState()
    start = {"instruction": "work", "capability": "x"}
    for each in (
        event(1, EventKind.ROUTE_CHOSEN, route="research"),
        event(2, EventKind.TASK_STARTED, "r/1", "camina", role="camina", parent_id=None, **start),
        event(3, EventKind.MODEL_CALLED, "r/1", "camina", purpose="plan", provider="p", model="m"),
        event(4, EventKind.MODEL_ANSWERED, "r/1", "camina", purpose="plan", seconds=0.1),
        event(5, EventKind.TASK_STARTED, "r/1/1", "research", role="belter", parent_id="r/1", **start),
        event(6, EventKind.TOOL_CALLED, "r/1/1", "research", tool="look", params={}),
        event(7, EventKind.TOOL_CALLED, "r/1/1", "research", tool="look", params={}),
        event(8, EventKind.TOOL_ANSWERED, "r/1/1", "research", tool="look", seconds=0.5, evidence=1),
        event(9, EventKind.TOOL_FAILED, "r/1/1", "research", tool="look", error="tool", message="no"),
        event(10, EventKind.MODEL_CALLED, "r/1/1", "research", purpose="merge", provider="p", model="m"),
    ):
        state.take(each)
    (camina,) = state.tops
    (belter,) = camina.children
    assert (camina.state, camina.doing) == ("running", "")
    assert belter.doing == "joining what was found"
    assert [(tool.state, tool.seconds, tool.message) for tool in belter.tools] == [
        ("done", 0.5, ""),
        ("failed", None, "no"),
    ]
    state.take(event(11, EventKind.TASK_FINISHED, "r/1/1", "research", status="degraded", seconds=2.0))
    state.take(event(12, EventKind.TASK_FINISHED, "r/1", "camina", status="cancelled", seconds=3.0))
    assert (belter.state, belter.seconds, belter.doing) == ("degraded", 2.0, "")
    assert camina.state == "failed"
