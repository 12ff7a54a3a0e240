import pytest

from moe_core.contracts.definition import ToolDefinition, define_tool, list_definition_changes
from moe_core.contracts.effect import Effect
from moe_core.contracts.plugin import Entry, Kind, PluginSource

OLD = ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object"})


@pytest.mark.parametrize(
    "other",
    [
        ToolDefinition(name="other", description="Of a town.", schema={"type": "object"}),
        ToolDefinition(name="forecast", description="Of a city.", schema={"type": "object"}),
        ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object", "title": "x"}),
        ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object"}, effects=("net",)),
    ],
)
def test_whatever_is_told_of_a_tool_is_in_its_digest(other):
    assert other.digest != OLD.digest


def test_a_definition_keeps_the_digest_that_locks_and_records_hold_of_it():
    assert OLD.digest == "30992584b1703ff046805690da5a5cab01488921370b9c8f4d3274cfb943cf38"


def test_changes_say_what_was_and_what_is():
    new = ToolDefinition(name="forecast", description="Of a town.", schema={}, effects=("net", "delete"))
    tides = ToolDefinition(name="tides")
    changed, gone = list_definition_changes([OLD, tides], [new])
    assert (changed.kind, changed.before[1], changed.after[1:]) == (
        "changed",
        '{"type": "object"}',
        ("{}", "effects: net, delete"),
    )
    assert (gone.kind, gone.tool, gone.after) == ("gone", "tides", ())
    assert list(list_definition_changes([OLD, tides], [tides, OLD])) == []


def test_an_entry_is_defined_by_all_that_decides_its_use():
    source = PluginSource(plugin="moe-a", origin="distribution")
    entry = Entry(kind=Kind.TOOL, name="a", offered=int, source=source, summary="Do.", effects=(Effect.NET,))
    assert define_tool(entry) == ToolDefinition(name="a", description="Do.", effects=("net",))
