"""The check of a tool passes a good one, and names what is wrong with each bad one."""

import re

import pytest
from pydantic import BaseModel

from moe_core import (
    BaseTool,
    ToolError,
)
from moe_core.contracts.outgoing import Sending, note_sending
from moe_core.contracts.wire import to_wire
from moe_core.testing import (
    ConformanceError,
    check_tool,
    check_tool_run,
    make_evidence,
    make_tool,
)


class Wanted(BaseModel):
    text: str
    count: int = 1


class Lax:
    """A parameter model that checks nothing."""

    @classmethod
    def model_json_schema(cls):
        return Wanted.model_json_schema()

    @classmethod
    def model_validate(cls, obj):
        return cls()

    def model_dump(self):
        return {}


class Unruly(Lax):
    @classmethod
    def model_json_schema(cls):
        return {"type": "object", "properties": {"x": {"type": "no such type"}}}


class Listy(Lax):
    @classmethod
    def model_json_schema(cls):
        return {"type": "array"}


def test_a_good_tool_passes():
    check_tool(make_tool(params=Wanted))
    check_tool(make_tool())


class Halfway(BaseTool):
    """Never done."""


class Demanding(BaseTool):
    """Wants a key."""

    def __init__(self):
        raise RuntimeError("no key")

    async def execute(self, params):
        return {}


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        (make_tool("Bad Name"), "name"),
        (make_tool(description=""), "description"),
        (make_tool(description="x" * 201), "one line"),
        (make_tool(params=Lax), "accepts parameters without text"),
        (make_tool(params=Unruly), "no valid JSON Schema"),
        (make_tool(params=Listy), "does not describe an object"),
        (make_tool(params=dict), "Params"),
        (Halfway, "execute"),
        (Demanding, "without arguments: RuntimeError"),
        (dict, "BaseTool"),
    ],
)
def test_a_bad_tool_is_told_what_is_wrong(tool, words):
    with pytest.raises(ConformanceError, match=words):
        check_tool(tool)


@pytest.mark.anyio
async def test_a_good_run_of_a_tool_passes():
    evidence = to_wire(make_evidence("Salt and rope."))
    tool = make_tool(answer={"evidence": [evidence], "rows": [1, 2.5, None]}, params=Wanted)
    result = await check_tool_run(tool, {"text": "x"})
    assert result["rows"] == [1, 2.5, None]
    assert tool.calls == [{"text": "x", "count": 1}]


@pytest.mark.anyio
async def test_a_tools_own_error_passes_through():
    with pytest.raises(ToolError, match="full"):
        await check_tool_run(make_tool(answer=ToolError("full")), {})


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (OSError("disk"), "no ToolError"),
        ([1], "must return a ToolResult, a dict or text"),
        ({"x": object()}, "JSON"),
        ({"x": float("nan")}, "JSON"),
        ({1: "x"}, "JSON"),
        ({"evidence": {}}, "no list"),
        ({"evidence": [object()]}, "JSON"),
        ({"evidence": [{"text": "x"}]}, "what Evidence is made of"),
        ({"evidence": [{**to_wire(make_evidence("abc")), "end": 9}]}, "span"),
    ],
)
async def test_a_bad_run_of_a_tool_is_told_what_is_wrong(answer, words):
    with pytest.raises(ConformanceError, match=words):
        await check_tool_run(make_tool(answer=answer), {})


@pytest.mark.anyio
async def test_a_tool_that_reaches_the_network_must_say_so():
    class Quiet(make_tool("quiet")):
        async def execute(self, params):
            note_sending(Sending(to="example.org", size_bytes=1, is_local=False))
            return {}

    class Honest(Quiet):
        effects = ("net",)

    with pytest.raises(ConformanceError, match="quiet reaches the network without effects"):
        await check_tool_run(Quiet, {})
    assert await check_tool_run(Honest, {}) == {}


@pytest.mark.parametrize(("effects", "hint"), [(("network",), "'net'"), (("zzz",), "fs.write"), ("net", "tuple")])
def test_an_effect_that_there_is_none_of_is_refused(effects, hint):
    tool = make_tool("odd")
    tool.effects = effects
    with pytest.raises(ConformanceError, match=re.escape(hint)):
        check_tool(tool)
