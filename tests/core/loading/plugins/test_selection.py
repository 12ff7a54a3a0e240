import pytest

from moe_core.contracts.plugin import PluginInfo, PluginSource
from moe_core.loading.plugins.selection import Selection

WEATHER = PluginSource(plugin="moe-weather", origin="distribution", location="moe_weather")
ROMAN = PluginSource(plugin="project/plugins/tools/roman.py", origin="project", location="/p/plugins/tools/roman.py")
OWN = PluginSource(plugin="bundled/plugins/tools/calculator.py", origin="bundled", location="/b/calculator.py")


@pytest.mark.parametrize(
    ("choice", "counts"),
    [
        ("all", {WEATHER, ROMAN, OWN}),
        ("none", {OWN}),
        ("", {OWN}),
        ("Moe_Weather", {WEATHER, OWN}),
        ("roman", {ROMAN, OWN}),
        ("roman.py, moe-weather", {WEATHER, ROMAN, OWN}),
        ("-roman", {WEATHER, OWN}),
        ("-moe.weather,-project/plugins/tools/roman.py", {OWN}),
        ("-bundled/plugins/tools/calculator.py", {WEATHER, ROMAN}),
    ],
)
def test_which_plugins_count(choice, counts):
    selection = Selection(choice=choice, switches={})
    assert {one for one in (WEATHER, ROMAN, OWN) if selection.find_switch(one) is None} == counts


def test_the_configuration_switches_off_by_name_and_says_how_to_switch_on():
    selection = Selection(switches={"moe-weather": False, "roman": True})
    problem = selection.find_switch(WEATHER)
    assert problem is not None
    assert (problem.reason, problem.hint) == ("disabled", "moe plugins enable moe-weather")
    assert selection.find_switch(ROMAN) is None


def test_a_name_that_no_plugin_has_is_told_with_the_nearest():
    infos = [PluginInfo(source=one, state="indexed") for one in (WEATHER, ROMAN)]
    (first, second) = Selection(choice="-romann", switches={"moe-wether": False}).list_unknown(infos)
    assert (first.plugin, first.hint) == ("MOE_PLUGINS", "did you mean roman?")
    assert (second.plugin, second.hint) == ("config/plugins.yaml", "did you mean moe-weather?")
