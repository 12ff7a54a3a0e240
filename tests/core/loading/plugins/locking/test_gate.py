import pytest
from msgspec.structs import replace

from moe_core.contracts.definition import ToolDefinition
from moe_core.loading.assembly import build_registry
from moe_core.loading.plugins.locking.contents import read_digests
from moe_core.loading.plugins.locking.gate import open_gate
from moe_core.loading.plugins.locking.lock_file import LockedPlugin, PluginLock, write_lock
from moe_core.loading.plugins.locking.survey import survey_plugins
from moe_core.loading.plugins.selection import Selection
from moe_core.loading.settings import KernelConfig

EVERYTHING = Selection(switches={})


@pytest.fixture
def locked(tree, shelf):
    """A tree whose locks name what is installed when it is asked for."""

    def lock(*names):
        paths = tuple(tree.locations.user / name for name in names or ("moe.lock",))
        found = survey_plugins(tree.locations, EVERYTHING, is_tried=True).take_lock()
        for path in paths:
            write_lock(path, found)
        shelf.marker.unlink(missing_ok=True)
        return replace(tree.locations, locks=paths)

    return lock


def look(locations):
    registry = build_registry(KernelConfig(), locations)
    states = {one.source.plugin: one.state for one in registry.plugins if one.source.origin != "bundled"}
    return states, [one for one in registry.problems if one.reason == "lock"]


def test_what_the_lock_names_runs(shelf, locked):
    shelf.install("gateone")
    assert look(locked()) == ({"gateone": "active"}, [])


@pytest.mark.parametrize("what", ["a byte", "an upgrade", "a new file"])
def test_what_has_changed_is_not_imported(shelf, locked, what):
    package = shelf.install("gatetwo")
    locations = locked()
    if what == "an upgrade":
        shelf.install("gatetwo", version="1.1")
    else:
        with (package / ("words.txt" if what == "a byte" else "more.txt")).open("a") as file:
            file.write("!")
    states, problems = look(locations)
    assert states == {"gatetwo": "untrusted"}
    assert not shelf.marker.exists()
    assert ["gatetwo" in one.message and "moe plugins sync" in one.hint for one in problems] == [True]


def test_a_new_plugin_waits_and_the_others_run(tree, shelf, locked):
    shelf.install("gatethree")
    locations = locked()
    shelf.install("gatefour")
    tree.write("plugins/tools/mine.py", "raise SystemExit(9)", root="user")
    states, problems = look(locations)
    assert states == {"gatethree": "active", "gatefour": "untrusted", "user/plugins/tools/mine.py": "untrusted"}
    assert len(problems) == 1


def test_every_lock_has_to_name_a_plugin(shelf, locked):
    shelf.install("gatefive")
    locations = locked("one.lock", "two.lock")
    assert look(locations)[0] == {"gatefive": "active"}
    write_lock(locations.locks[1], PluginLock())
    assert look(locations)[0] == {"gatefive": "untrusted"}
    locations.locks[1].unlink()
    assert look(locations)[0] == {"gatefive": "active"}


@pytest.mark.parametrize("content", [None, "", "{}"])
def test_without_a_sound_lock_only_moes_own_run(tree, shelf, locked, content):
    tree.write("plugins/tools/own.py", "", root="bundled")
    shelf.install("gatesix")
    locations = locked()
    if content is None:
        locations.locks[0].unlink()
    else:
        locations.locks[0].write_text(content)
    states, problems = look(locations)
    assert states == {"gatesix": "untrusted"}
    assert not shelf.marker.exists()
    assert [str(locations.locks[0]) in one.message and "moe plugins freeze" in one.hint for one in problems] == [True]


def test_a_tool_that_is_defined_otherwise_by_the_same_files_is_left_out(shelf, locked):
    shelf.install("gateseven")
    locations = locked()
    files = read_digests(shelf.find("gateseven"))
    tools = (ToolDefinition(name="gateseven_forecast", description="Tell the time."),)
    write_lock(
        locations.locks[0], PluginLock(plugins={"gateseven": LockedPlugin(version="1.0", files=files, tools=tools)})
    )
    registry = build_registry(KernelConfig(), locations)
    assert registry.tools.names() == []
    (info,) = [one for one in registry.plugins if one.source.plugin == "gateseven"]
    assert (info.state, info.problems[0].message) == (
        "untrusted",
        "defines its tools otherwise: gateseven_forecast (changed)",
    )


def test_an_open_gate_has_nothing_to_say(shelf):
    gate = open_gate(())
    assert gate.describe([]) == []
    assert gate.closed == ""
