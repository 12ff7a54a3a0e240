"""moe that remembers what it lists without waiting for the clock of the file system, here and in other processes."""

import gc
import importlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import moe
from moe.cli.main import main
from moe.cli.remembered import file_times
from moe.cli.remembered.listings import is_listing
from moe.cli.remembered.replay import replay
from moe.cli.remembered.routes import route

QUICK = {"route": route}
RUN = """
import json, os, sys
if sys.argv.pop(1) == "quick":
    import moe.cli.remembered.file_times as file_times
    file_times.RACY_NANOSECONDS = 0
from moe.cli.main import main
code = main(sys.argv[1:])
with open(os.environ["LOADED_MODULES"], "w") as file:
    json.dump(list(sys.modules), file)
sys.exit(code)
"""
TOOL = """
from moe_core import BaseTool
class {name}(BaseTool):
    '''{summary}'''
    async def execute(self, params):
        return {{}}
"""


@dataclass
class Told:
    """What one call printed, and whether that was remembered."""

    code: int
    output: str
    errors: str
    is_remembered: bool


@dataclass
class Place:
    """A project, which is the current folder, a home and a folder of installed distributions."""

    folder: Path
    capsys: pytest.CaptureFixture
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments, **variables):
        """One call in this process."""
        importlib.invalidate_caches()
        with self.monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            self.capsys.readouterr()
            quick = replay if is_listing(arguments) else QUICK.get(arguments[0])
            code = quick(arguments) if quick else None
            told = code is not None
            code = code if told else main(list(arguments))
        return Told(code, *self.capsys.readouterr(), told)

    def learn(self, *arguments, **variables):
        """Run it until it is remembered; the last of what was told."""
        for _ in range(4):
            told = self.run(*arguments, **variables)
            if told.is_remembered:
                return told
        raise AssertionError("it is not remembered")

    def open_process(self, *arguments, root=Path(moe.__file__).parents[1]):
        """A process of its own; the names of its modules are in the file modules.json in the end."""
        self.monkeypatch.setenv("LOADED_MODULES", str(self.folder / "modules.json"))
        path = os.pathsep.join([str(self.folder / "site"), str(root)])
        return subprocess.Popen(
            [sys.executable, "-c", RUN, "quick", *arguments],
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def install(self, name, summary="Sum."):
        info = self.folder / "site" / f"{name}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "entry_points.txt").write_text(f"[moe.plugins]\nmain = {name}_module:{name.title()}\n")
        (self.folder / "site" / f"{name}_module.py").write_text(TOOL.format(name=name.title(), summary=summary))

    def write_tool(self, name, summary="Sum.", root="project"):
        path = self.folder / root / "plugins" / "tools" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TOOL.format(name=name.title(), summary=summary))
        return path

    def list_memories(self):
        return sorted((self.folder / "cache" / "moe" / "listings").glob("*.json"))


@pytest.fixture
def _as_before():
    """What a whole process of moe sets for itself, and what is called here would leave behind."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}
    often, blocked = gc.get_threshold(), signal.pthread_sigmask(signal.SIG_BLOCK, ())
    yield
    gc.set_threshold(*often)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


@pytest.fixture
def place(tmp_path, capsys, monkeypatch, _as_before):
    for name in ("project", "site", "home", "cache", "config"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(file_times, "RACY_NANOSECONDS", 0)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.chdir(tmp_path / "project")
    return Place(tmp_path, capsys, monkeypatch)
