"""What a tool returns is taken once: checked, plain, its evidence as values."""

import threading
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from moe.running.tools.call_context import CallOrigin
from moe.running.tools.toolbox import run_tool, take_evidence
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import ToolError
from moe_core.contracts.outgoing import Sending
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext
from moe_core.contracts.tool_result import ToolResult
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

        effects = ()

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


class _Gauge(BaseTool):
    """Tell how deep the water is."""

    name = "gauge"
    effects = ("secrets",)
    timeout_seconds = 30.0
    seen: ClassVar[list[ToolContext]] = []

    def execute(self, harbour: str, days: int = 2, *, context: ToolContext) -> ToolResult:
        assert threading.current_thread() is not threading.main_thread()
        self.seen.append(context)
        return ToolResult(data={"harbour": harbour, "days": days}, text=f"sent {context.secrets.get('gauge_key')}")


GAUGE = memory_registry(tools=[_Gauge]).tools.get("gauge")


async def test_a_plain_tool_with_typed_parameters_runs_in_a_thread_and_its_key_is_starred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GAUGE_KEY", "k-12345")
    origin = CallOrigin(run_id="r", task_id="t")
    result = await run_tool(GAUGE, {"harbour": "Rask"}, origin=origin)
    assert result == {"harbour": "Rask", "days": 2, "text": "sent ********"}
    await run_tool(GAUGE, {"harbour": "Rask"}, origin=origin)
    await run_tool(GAUGE, {"harbour": "Tarn"}, origin=origin)
    contexts = _Gauge.seen[-3:]
    assert [(one.run_id, one.task_id) for one in contexts] == [("r", "t")] * 3
    keys = [one.idempotency_key for one in contexts]
    assert keys[0] == keys[1] != keys[2]
    assert all(one.seconds_left is not None and one.seconds_left <= 30 for one in contexts)


async def test_a_key_that_is_not_set_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAUGE_KEY", raising=False)
    with pytest.raises(ToolError, match="needs GAUGE_KEY, which is not set"):
        await run_tool(GAUGE, {"harbour": "Rask"})


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "harbour is missing"),
        ({"harbour": "Rask", "days": "two"}, "days must be a whole number"),
        ({"harbour": "x", "day": 1}, "day is unknown here"),
    ],
)
async def test_parameters_that_do_not_fit_the_signature_are_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolError, match=f"^tool gauge: {words}"):
        await run_tool(GAUGE, params)


async def test_a_tool_that_blocks_is_given_up_and_told_so() -> None:
    class Blocks(BaseTool):
        """Wait until nobody waits."""

        timeout_seconds = 1.0  # long enough to be begun in a thread, or nobody is told

        def execute(self, context: ToolContext) -> str:
            given_up.append(context.cancellation.wait(30))
            done.set()
            return "late"

    given_up: list[bool] = []
    done = threading.Event()
    with pytest.raises(ToolError, match="tool blocks ran out of time") as caught:
        await run_tool(memory_registry(tools=[Blocks]).tools.get("blocks"), {})
    assert caught.value.retryable
    assert done.wait(30)
    assert given_up == [True]


async def test_a_tool_reaches_the_network_by_the_client_that_it_is_handed(server: Any) -> None:
    class Calls(BaseTool):
        """Ask a server."""

        effects = ("net",)

        async def execute(self, url: str, context: ToolContext) -> dict[str, Any]:
            return {"status": (await context.http.fetch(url)).status}

    entry = memory_registry(tools=[Calls]).tools.get("calls")
    sent: list[Sending] = []
    with pytest.raises(ToolError):
        await run_tool(entry, {"url": f"{server.url}/"}, on_sending=sent.append)
    settings = {"allow_private": [server.endpoint]}
    assert await run_tool(entry, {"url": f"{server.url}/"}, settings=settings, on_sending=sent.append) == {
        "status": 404
    }
    assert [one.to for one in sent] == [server.endpoint]


async def test_a_tool_that_declares_no_effects_counts_as_if_it_had_all() -> None:
    assert memory_registry(tools=[make_silent()]).tools.get("silent").effects == tuple(Effect)


def make_silent() -> type[BaseTool]:
    class Silent(BaseTool):
        """Say nothing."""

        def execute(self) -> str:
            return ""

    return Silent
