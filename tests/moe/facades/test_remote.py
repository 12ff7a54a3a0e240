"""The servers of a configuration beside what was accepted of them."""

import pytest

from moe.facades.remote import RemoteLook, RemoteServers
from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.errors import NameUnknownError
from moe_core.loading.settings import McpServer, ToolSettings
from moe_kit.remote.server import RemoteServer

pytestmark = pytest.mark.anyio
OLD = ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object"})
NEW = ToolDefinition(name="forecast", description="Of a city.", schema={"type": "object"})
TIDES = ToolDefinition(name="tides", schema={"type": "object"})


@pytest.fixture
def servers(tmp_path):
    tools = {
        "weather": ToolSettings(mcp=McpServer(command=("weather",))),
        "off": ToolSettings(mcp=McpServer(command=("off",)), enabled=False),
        "calculator": ToolSettings(),
    }
    return RemoteServers.open(tools, tmp_path)


async def test_a_look_tells_what_is_new_has_changed_and_is_gone(servers, monkeypatch):
    said = [OLD, TIDES]

    async def tell(_self):
        return tuple(said)

    monkeypatch.setattr(RemoteServer, "list_definitions", tell)
    look = await servers.look("weather")
    assert [(one.kind, one.tool) for one in look.changes] == [("new", "forecast"), ("new", "tides")]
    servers.accept("weather", look)
    assert (await servers.look("weather")).changes == ()
    said[:] = [NEW]
    changed, gone = (await servers.look("weather")).changes
    assert (changed.kind, changed.before[0], changed.after[0]) == ("changed", "Of a town.", "Of a city.")
    assert (gone.kind, gone.tool) == ("gone", "tides")


def test_a_server_that_is_off_brings_neither_tools_nor_problems(servers):
    assert servers.names() == ["weather"]
    servers.accept("weather", RemoteLook(told=(OLD,), changes=()))
    entries, problems = servers.list_entries()
    assert ([entry.name for entry in entries], problems) == (["weather_forecast"], [])


def test_a_server_s_tools_ask_and_are_repeated_as_its_entry_says(tmp_path):
    def read(beside=None, **more):
        settings = ToolSettings(mcp=McpServer(command=("weather",), **more), asks_first=beside)
        servers = RemoteServers.open({"weather": settings}, tmp_path)
        servers.accept("weather", RemoteLook(told=(OLD,), changes=()))
        (entry,) = servers.list_entries()[0]
        return entry.asks_first, entry.value.repeats

    assert read() == (False, "ask")
    assert read(repeats="safe", asks_first=True) == (True, "safe")
    assert read(beside=True) == (True, "ask")
    assert read(beside=False, asks_first=True) == (True, "ask")


def test_a_tool_that_is_no_server_is_none(servers):
    with pytest.raises(NameUnknownError, match="MCP server"):
        servers.list_accepted("calculator")
