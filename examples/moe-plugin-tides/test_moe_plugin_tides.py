"""The plugin keeps moe's contract."""

import moe_plugin_tides

from moe_core.testing import check_plugin


def test_it_keeps_the_contract():
    brought = check_plugin(moe_plugin_tides)
    assert sorted(brought) == ["moe_modelfiles", "moe_personas", "moe_tools"]
