"""What a tool returns is taken once: checked, plain, its evidence as values."""

from dataclasses import replace
from typing import Any

import pytest

from moe.running.tools.toolbox import run_tool, take_evidence
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import ToolError
from moe_core.contracts.outgoing import Sending
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import to_wire
from moe_core.testing.doubles import make_tool
from moe_core.testing.registries import memory_registry
from moe_core.testing.values import make_evidence
from moe_kit.net.client import FetchRequest, fetch
from moe_kit.net.guard import NetPolicy

pytestmark = pytest.mark.anyio

FOUND = make_evidence("Ada Brook designed it.")


async def run(answer: dict[str, Any]) -> Any:
    return await run_tool(memory_registry(tools=[make_tool("lookup", answer=answer)]).tools.get("lookup"), {})


@pytest.mark.parametrize("offered", [FOUND, to_wire(FOUND)], ids=["values", "objects"])
async def test_evidence_may_be_values_or_objects_with_their_fields(offered: Any) -> None:
    result = await run({"found": 1, "evidence": [offered]})
    assert result == {"found": 1, "evidence": [to_wire(FOUND)]}
    assert take_evidence(result) == (FOUND,)


@pytest.mark.parametrize("wrong", [{"text": "no place"}, {**to_wire(FOUND), "start": "first"}, "a text", None])
async def test_malformed_evidence_is_left_out_and_the_rest_stays(wrong: Any) -> None:
    assert take_evidence(await run({"evidence": [wrong, FOUND]})) == (FOUND,)
    assert take_evidence(await run({"evidence": wrong})) == ()


async def test_half_a_character_costs_a_result_no_more_than_itself() -> None:
    assert await run({"value": "mill \ud800"}) == {"value": "mill \ufffd"}


class _UnspeakableError(Exception):
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SystemExit(3), r"it called exit\(3\)"),
        (SystemExit(), r"it called exit\(\)"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (ValueError("two\nlines"), "ValueError: two lines"),
        (_UnspeakableError(), "_UnspeakableError"),
    ],
)
async def test_a_tool_that_ends_in_any_way_has_only_failed(error: BaseException, words: str) -> None:
    class Ending(BaseTool):
        name = "ending"

        async def execute(self, params: dict[str, Any]) -> dict[str, Any]:
            raise error

    with pytest.raises(ToolError, match=f"^tool ending failed: {words}$"):
        await run_tool(memory_registry(tools=[Ending]).tools.get("ending"), {})


@pytest.mark.parametrize("value", [object(), {1j: 2}])
async def test_a_result_that_json_cannot_carry_is_the_tools_failure(value: Any) -> None:
    with pytest.raises(ToolError, match="tool lookup returned what JSON cannot carry"):
        await run({"value": value})
    with pytest.raises(ToolError, match="tool lookup returned what JSON cannot carry"):
        await run({"evidence": [value]})


async def test_a_modelfile_that_names_another_address_does_not_get_the_key() -> None:
    class Tells(BaseTool):
        """Tell the settings."""

        async def execute(self, params: dict[str, Any]) -> dict[str, Any]:
            return dict(self.context.settings)

    entry = memory_registry(tools=[Tells]).tools.get("tells")
    keyed = replace(entry, settings={"endpoint": "https://mine", "key_env": "MINE"})
    assert await run_tool(keyed, {}, settings={"endpoint": "https://theirs"}) == {"endpoint": "https://theirs"}
    assert await run_tool(keyed, {}, settings={}) == keyed.settings


async def test_a_tool_reaches_the_network_by_the_kit_only_if_it_says_so(server: Any) -> None:
    class Asks(BaseTool):
        """Ask a server."""

        async def execute(self, params: dict[str, Any]) -> dict[str, Any]:
            policy = NetPolicy(allow_private=(server.endpoint,))
            return {"status": (await fetch(FetchRequest(url=f"{server.url}/?q=mill"), policy=policy)).status}

    entry = memory_registry(tools=[Asks]).tools.get("asks")
    with pytest.raises(ToolError, match="does not declare that it reaches the network") as caught:
        await run_tool(entry, {})
    assert 'effects = ("net",)' in str(caught.value.hint)
    assert server.seen == []
    sent: list[Sending] = []
    assert await run_tool(replace(entry, effects=(Effect.NET,)), {}, on_sending=sent.append) == {"status": 404}
    assert [(one.to, one.is_local) for one in sent] == [(server.endpoint, True)]
