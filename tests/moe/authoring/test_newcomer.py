"""A newcomer's path: write a plugin, change a line, install it, run it, test it, build it, install it elsewhere."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from moe.authoring.templates import TEMPLATES

ROOT = Path(__file__).parents[3]
SITE = sysconfig.get_paths()["purelib"]
OFFLINE = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "-q"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class Place:
    """A folder with a Python environment that has moe and nothing of others."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.venv = folder / name
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(self.venv)], check=True)
        site = next((self.venv / "lib").glob("python*/site-packages"))
        # What moe needs is found, after what is installed here.
        (site / "zz_moe.pth").write_text(f"{ROOT}\n{SITE}\n", encoding="utf-8")
        home = folder / f"home_{name}"
        home.mkdir()
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MOE_", "PYTHON", "XDG_"))}
        self.environment = {**kept, "HOME": str(home)}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [str(self.venv / "bin" / "python"), "-m", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done

    def install(self, *what: str) -> None:
        self.run("pip", "install", *OFFLINE, *what)


@pytest.fixture
def desk(tmp_path: Path) -> Place:
    return Place(tmp_path, "desk")


def test_from_nothing_to_a_wheel_that_works_elsewhere(desk: Place, tmp_path: Path) -> None:
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
    elsewhere = Place(tmp_path, "elsewhere")
    elsewhere.install(str(wheel))
    told = json.loads(elsewhere.run("moe", "tools", "run", "shout", "text=ho", "--json").stdout)
    assert told["words"] == "HO"


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_kind_works_as_it_is_written(desk: Place, kind: str) -> None:
    desk.run("moe", "plugin", "new", "first-try", "--kind", kind)
    desk.install("-e", "moe-plugin-first-try")
    names = desk.run("moe", "plugins", "list", "--json").stdout
    (found,) = [one for one in json.loads(names)["plugins"] if one["plugin"] == "moe-plugin-first-try"]
    assert found["problems"] == []
    assert list(found["brings"].values()) == [["first_try"]]
    desk.run("pytest", "-q", "-p", "no:cacheprovider", "moe-plugin-first-try")


def test_the_example_brings_its_tool_persona_and_belter_from_a_wheel(desk: Place, tmp_path: Path) -> None:
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
