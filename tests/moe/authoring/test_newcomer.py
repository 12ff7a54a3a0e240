"""A newcomer's path: write a plugin, change a line, install it, run it, test it, build it, install it elsewhere."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from moe.authoring.templates import TEMPLATES

ROOT = Path(__file__).parents[3]
OFFLINE = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "-q"]


def test_from_nothing_to_a_wheel_that_works_elsewhere(desk: Any, make_place: Any, tmp_path: Path) -> None:
    told = desk.run("moe", "plugin", "new", "shout").stdout
    assert "moe-plugin-shout: pyproject.toml, moe_plugin_shout.py, test_moe_plugin_shout.py" in told
    module = tmp_path / "moe-plugin-shout" / "moe_plugin_shout.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("words = len(text.split())", "words = text.upper()"), encoding="utf-8")
    desk.install("-e", "moe-plugin-shout")
    told = json.loads(desk.run("moe", "tools", "run", "shout", "text=hello sea", "--json").stdout)
    assert told["words"] == "HELLO SEA"
    desk.run("pytest", "-q", "-p", "no:cacheprovider", "moe-plugin-shout")
    assert "nothing is wrong" in desk.run("moe", "plugin", "check", "--offline", "moe-plugin-shout").stdout
    desk.run("pip", "wheel", *OFFLINE, "-w", "dist", "./moe-plugin-shout")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    elsewhere = make_place("elsewhere")
    elsewhere.install(str(wheel))
    told = json.loads(elsewhere.run("moe", "tools", "run", "shout", "text=ho", "--json").stdout)
    assert told["words"] == "HO"


@pytest.fixture(scope="module")
def written(workshop: Any) -> dict[str, Any]:
    """What moe lists of a plugin of each kind, which was written and installed as it was."""
    workshop.run_moe(*(["plugin", "new", f"first-{kind}", "--kind", kind] for kind in TEMPLATES))
    workshop.install(*(word for kind in TEMPLATES for word in ("-e", f"./moe-plugin-first-{kind}")))
    listed = json.loads(workshop.run("moe", "plugins", "list", "--json").stdout)["plugins"]
    return {one["plugin"]: one for one in listed}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_kind_works_as_it_is_written(written: dict[str, Any], kind: str) -> None:
    found = written[f"moe-plugin-first-{kind}"]
    assert found["problems"] == []
    assert list(found["brings"].values()) == [[f"first_{kind}"]]


@pytest.mark.usefixtures("written")
def test_every_kinds_own_tests_pass(workshop: Any) -> None:
    folders = [f"moe-plugin-first-{kind}" for kind in TEMPLATES]
    told = workshop.run("pytest", "-v", "-p", "no:cacheprovider", *folders).stdout
    assert set(re.findall(r"test_moe_plugin_first_(\w+)\.py::\S+ PASSED", told)) == set(TEMPLATES), told


def test_the_example_brings_its_tool_persona_and_belter_from_a_wheel(desk: Any, tmp_path: Path) -> None:
    example = tmp_path / "moe-plugin-tides"
    shutil.copytree(ROOT / "examples" / "moe-plugin-tides", example)
    assert "nothing is wrong" in desk.run("moe", "plugin", "check", "--offline", str(example)).stdout
    desk.run("pip", "wheel", *OFFLINE, "-w", "dist", str(example))
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    desk.install(str(wheel))
    listed = json.loads(desk.run("moe", "plugins", "list", "--json").stdout)["plugins"]
    (found,) = [one for one in listed if one["plugin"] == "moe-plugin-tides"]
    assert found["problems"] == []
    assert found["brings"] == {"tool": ["tide_depth"], "persona": ["harbour_pilot"], "belter": ["pilotage"]}
    told = json.loads(desk.run("moe", "tools", "run", "tide_depth", "hours=0", "--json").stdout)
    assert told["value"] == "4.20 m"
    desk.run("pytest", "-q", "-p", "no:cacheprovider", str(example / "test_moe_plugin_tides.py"))
