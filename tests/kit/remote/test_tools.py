"""Accepted tools as entries of the registry."""

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.effect import Effect
from moe_core.testing import check_tool
from moe_kit.remote.server import RemoteServer
from moe_kit.remote.tools import make_remote_entries

SERVER = RemoteServer(name="weather", command=("weather",))


def make(*names, effects=(Effect.NET,)):
    told = [ToolDefinition(name=name, description="Of a town.\nMore.", schema={"type": "object"}) for name in names]
    return list(make_remote_entries(SERVER, told, effects))


def test_a_tool_is_named_after_its_server_and_holds_to_the_contract():
    (entry,) = make("getForecast-v2")
    assert (entry.name, entry.summary, entry.effects) == ("weather_getforecast_v2", "Of a town.", (Effect.NET,))
    assert entry.full_id == "mcp.weather:weather_getforecast_v2"
    assert entry.value.effects == ("net",)
    check_tool(entry.value)


def test_two_names_that_would_be_one_stay_two():
    names = [entry.name for entry in make("a b", "a-b", "...")]
    assert len(set(names)) == 3
    assert "weather_a_b" in names
    assert "weather_tool" in names
