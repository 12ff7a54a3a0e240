"""`moe plugins`: states of single plugins, and what changes them."""

import json
from pathlib import Path

import pytest

TOOL = """
from moe_core import BaseTool
class {name}(BaseTool):
    '''Do it.'''
    async def execute(self, params):
        return {{}}
"""


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch) -> Path:
    """A folder on MOE_PLUGIN_PATH with a good plugin and one that ends the process."""
    tools = tmp_path / "extra" / "plugins" / "tools"
    tools.mkdir(parents=True)
    (tools / "fine.py").write_text(TOOL.format(name="Fine"))
    (tools / "ends.py").write_text("import os\nos._exit(0)\n")
    monkeypatch.setenv("MOE_PLUGIN_PATH", str(tmp_path / "extra"))
    return tools


def find_state(moe, name: str) -> str:
    return json.loads(moe("plugins", "info", name, "--json").stdout)["state"]


def test_a_plugin_that_ends_the_process_costs_a_command_nothing_and_is_named(moe, project, plugins) -> None:
    result = moe("tools", "list")
    assert result.exit_code == 0
    assert "fine" in result.stdout
    (line,) = [line for line in result.stderr.splitlines() if "ends.py" in line]
    assert "ended the whole process with exit code 0" in line
    assert " -> " in line


def test_info_shows_the_state_and_what_is_wrong(moe, project, plugins) -> None:
    assert "failed" in moe("plugins", "info", "ends").stdout
    result = moe("plugins", "info", "fine")
    assert "indexed" in result.stdout
    assert "brings: tool fine" in result.stdout
    missing = moe("plugins", "info", "fin")
    assert missing.exit_code == 2
    assert "fine.py" in missing.stderr


def test_disabling_is_before_import_and_enabling_takes_it_back(moe, project, plugins) -> None:
    (plugins / "fine.py").write_text("import os\nos._exit(0)\n")
    assert moe("plugins", "disable", "fine").exit_code == 0
    assert find_state(moe, "fine") == "disabled"
    assert "fine.py" not in moe("tools", "list").stderr
    (plugins / "fine.py").write_text(TOOL.format(name="Fine"))
    assert "moe plugins enable" in moe("plugins", "why", "fine").stdout
    assert moe("plugins", "enable", "fine").exit_code == 0
    assert find_state(moe, "fine") == "indexed"


def test_doctor_fixes_by_switching_off_what_cannot_be_used(moe, project, plugins) -> None:
    told = moe("plugins", "doctor", "--seconds", "2")
    assert (told.exit_code, "ends.py" in told.stderr, find_state(moe, "ends")) == (0, True, "failed")
    moe("plugins", "doctor", "--fix", "--seconds", "2")
    assert (find_state(moe, "ends"), find_state(moe, "fine")) == ("disabled", "indexed")
    assert "ends.py" not in moe("tools", "list").stderr


def test_refresh_tries_again_what_failed_for_a_reason_outside_of_the_plugin(moe, project, plugins, tmp_path) -> None:
    needed = tmp_path / "needed"
    (plugins / "fine.py").write_text(f"open({str(needed)!r})\n" + TOOL.format(name="Fine"))
    assert find_state(moe, "fine") == "failed"
    needed.write_text("")
    assert find_state(moe, "fine") == "failed"
    assert "can be used" in moe("plugins", "refresh").stdout
    assert find_state(moe, "fine") == "indexed"


def test_why_says_who_keeps_a_name(moe, project, plugins) -> None:
    (plugins / "calculator.py").write_text(TOOL.format(name="Calculator"))
    told = moe("plugins", "why", "calculator").stdout
    assert "calculator.py counts" in told
    assert "is known as path/" in told
    assert "config/tools.yaml" in told


def test_timing_lists_plugins_with_their_times(moe, project, plugins) -> None:
    times = json.loads(moe("plugins", "timing", "--json").stdout)
    assert [Path(name).name for name in times] == [*times] or all(value > 0 for value in times.values())
    assert any(name.endswith("fine.py") for name in times)
    assert "fine.py" in moe("plugins", "timing").stdout


@pytest.mark.parametrize(
    ("options", "counts"), [((), True), (("--no-plugins",), False), (("--no-plugins=fine",), False)]
)
def test_no_plugins_leaves_them_aside(moe, project, plugins, options, counts) -> None:
    result = moe(*options, "tools", "list")
    assert result.exit_code == 0
    assert ("fine" in result.stdout, "calculator" in result.stdout) == (counts, True)


def test_the_variable_names_those_that_count(moe, project, plugins, monkeypatch) -> None:
    monkeypatch.setenv("MOE_PLUGINS", "fine")
    result = moe("tools", "list")
    assert "fine" in result.stdout
    assert "ends.py" not in result.stderr


def test_a_project_that_is_not_trusted_is_listed_and_not_read(moe, project, monkeypatch) -> None:
    tools = project / "plugins" / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "stranger.py").write_text("import os\nos._exit(0)\n")
    monkeypatch.delenv("MOE_TRUST", raising=False)
    assert find_state(moe, "stranger") == "untrusted"
    assert "moe trust" in moe("plugins", "why", "stranger").stdout


def test_info_shows_what_a_plugin_lets_one_set_and_what_is(moe, project) -> None:
    file = project / "plugins" / "scorers" / "brevity.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "from moe_core import Scorer\n\nclass Brevity(Scorer):\n    name = 'brevity'\n"
        "    def __init__(self, words: int = 40) -> None: ...\n    async def score(self, subject): return 1.0\n"
    )
    shown = moe("--set", "system.scorers.brevity.words=7", "plugins", "info", "brevity").stdout
    assert "system.scorers.brevity" in shown
    assert "set to 7" in shown
    found = json.loads(moe("plugins", "info", "brevity", "--json").stdout)["settings"]["scorers.brevity"]
    assert found["schema"]["properties"]["words"]["default"] == 40
    assert found["set"] == {}
    wrong = moe("--set", "system.scorers.brevity.wrds=7", "plugins", "list")
    assert "did you mean 'words'" in wrong.stderr
