"""`moe plugins freeze|sync`, and what `policy: locked` lets run."""

import json
import os
from pathlib import Path

import pytest

TOOL = """
import pathlib
pathlib.Path({marker!r}).write_text("imported")
from moe_core import BaseTool


class Fine(BaseTool):
    '''Do it.'''
    effects = ()
    async def execute(self, town: str) -> dict:
        return {{}}
"""


@pytest.fixture
def plugin(project: Path, tmp_path: Path, monkeypatch) -> Path:
    """A plugin that brings a tool and says when it is imported, in a project that locks."""
    tools = project / "plugins" / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "fine.py").write_text(TOOL.format(marker=str(tmp_path / "imported")))
    (project / "config" / "plugins.yaml").write_text("policy: locked\n")
    return tools / "fine.py"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "imported"


def list_tools(moe) -> list[str]:
    return [one["name"] for one in json.loads(moe("tools", "list", "--json").stdout)]


def test_without_a_lock_no_plugin_of_others_runs(moe, plugin, marker) -> None:
    result = moe("tools", "list")
    assert (result.exit_code, " fine " in result.stdout, marker.exists()) == (0, False, False)
    (line,) = [line for line in result.stderr.splitlines() if "moe.lock" in line]
    assert "no plugin but moe's own runs -> `moe plugins freeze`" in line
    assert "calculator" in list_tools(moe)
    refused = moe("plugins", "sync")
    assert (refused.exit_code, "moe plugins freeze" in refused.stderr) == (2, True)


def test_what_was_frozen_runs_until_a_byte_changes_and_again_when_that_is_accepted(moe, project, plugin, marker):
    told = moe("plugins", "freeze")
    assert (told.exit_code, "plugins" in told.stdout, told.stderr) == (0, True, "")
    assert moe("plugins", "sync").exit_code == 0
    assert "fine" in list_tools(moe)
    marker.unlink(missing_ok=True)
    plugin.write_text(plugin.read_text() + "#")
    assert "fine" not in list_tools(moe)
    assert "moe plugins sync" in moe("plugins", "why", "fine.py").stdout
    assert json.loads(moe("plugins", "info", "fine.py", "--json").stdout)["state"] == "untrusted"
    differs = moe("plugins", "sync")
    assert (differs.exit_code, marker.exists()) == (1, False)
    assert "fine.py has other files: fine.py (changed)" in differs.stdout
    moe("plugins", "freeze")
    assert "fine" in list_tools(moe)


def test_freezing_is_the_same_each_time_and_tells_what_it_leaves_out(moe, project, plugin) -> None:
    (plugin.parent / "ends.py").write_text("import os\nos._exit(0)\n")
    told = moe("plugins", "freeze", "--output", "a.lock")
    assert "left out: project/plugins/tools/ends.py: it is failed" in told.stderr
    assert "moe looks for locks elsewhere" in told.stderr
    done = json.loads(moe("plugins", "freeze", "--output", "b.lock", "--json").stdout)
    assert done["left_out"] == {"project/plugins/tools/ends.py": "failed"}
    text = (project / "a.lock").read_bytes()
    assert (text, text[-2:]) == ((project / "b.lock").read_bytes(), b"}\n")
    assert moe("plugins", "freeze", "--output", "no/such/moe.lock").exit_code == 1


def test_a_changed_definition_is_a_diff_for_who_asks(moe, project, plugin, marker) -> None:
    moe("plugins", "freeze")
    plugin.write_text(plugin.read_text().replace("Do it.", "Do all.").replace("effects = ()", "effects = ('net',)"))
    marker.unlink(missing_ok=True)
    assert "Do all." not in moe("plugins", "sync").stdout
    assert not marker.exists()
    told = moe("plugins", "sync", "--try").stdout
    lines = [line.strip() for line in told.splitlines()]
    assert {"changed fine", "- Do it.", "+ Do all.", "+ effects: net"} <= set(lines)
    assert marker.exists()
    (project / "config" / "plugins.yaml").write_text("")
    assert "+ Do all." in moe("plugins", "sync").stdout
    found = json.loads(moe("plugins", "sync", "--json").stdout)["locks"][0]["differences"]
    assert [one["kind"] for one in found] == ["files", "definition"]


def test_versions_of_the_lock_are_what_pip_is_told(moe, project, plugin) -> None:
    moe("plugins", "freeze")
    lock = json.loads((project / "moe.lock").read_text())
    empty = {"files": {}, "hash": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "tools": {}}
    lock["plugins"]["moe-plugin-gone"] = {**empty, "version": "1.2"}
    lock["plugins"]["user/plugins/tools/gone.py"] = {**empty, "version": ""}
    (project / "moe.lock").write_text(json.dumps(lock))
    told = moe("plugins", "sync", "--install", "--dry-run")
    assert "would be told: pip install moe-plugin-gone==1.2" in told.stdout
    assert "moe-plugin-gone is not there; the lock names version 1.2" in told.stdout
    assert "user/plugins/tools/gone.py is not there" in told.stdout
    assert (told.exit_code, json.loads(moe("plugins", "sync", "--json").stdout)["install"]) == (1, [])


@pytest.mark.parametrize("content", ["", "[]", "<<<<<<< HEAD\n"])
def test_a_damaged_lock_is_one_line_and_stops_no_command(moe, project, plugin, marker, content) -> None:
    (project / "moe.lock").write_text(content)
    result = moe("tools", "list")
    assert (result.exit_code, marker.exists()) == (0, False)
    assert len([line for line in result.stderr.splitlines() if "moe.lock" in line]) == 1
    assert moe("plugins", "sync").exit_code == 2
    assert moe("plugins", "freeze").exit_code == 0
    assert "fine" in list_tools(moe)


def test_a_project_may_lock_and_not_open(moe, project, plugin) -> None:
    (project / "config" / "plugins.yaml").write_text("policy: open\n")
    refused = moe("tools", "list")
    assert refused.exit_code == 2
    assert "a project may only say plugins.policy: locked" in refused.stderr
    (project / "config" / "plugins.yaml").unlink()
    user = Path(os.environ["XDG_CONFIG_HOME"]) / "moe" / "config"
    user.mkdir(parents=True)
    assert "fine" in list_tools(moe)
    (user / "plugins.yaml").write_text("policy: locked\n")
    assert "fine" not in list_tools(moe)


def test_a_misspelt_policy_is_an_error_and_not_an_open_door(moe, plugin, monkeypatch) -> None:
    for name, value in (
        ("MOE_PLUGINS__POLICY", "lockd"),
        ("MOE_PLUGINS__POLCY", "locked"),
        ("MOE_PLUGINS_POLICY", "x"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert moe("tools", "list").exit_code == 2, name
