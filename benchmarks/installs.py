"""Whether the very next listing shows what pip has just changed, in a venv of its own.

    python benchmarks/installs.py --changes 100

Installs, upgrades, downgrades, editable installs, edits of them (of the same length, the last within one second of the
one before) and uninstalls of one small plugin. Before a change the listing is called at times, and stands at times long
enough to be remembered. After it the listing is called once, at once. Prints each change that it does not show, and how
many it does.
"""

import argparse
import collections
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import moe

SETTLED_SECONDS = 3.5  # listings are remembered of files that have not changed for 3
MODULE = """
from moe_core import BaseTool, hookimpl
class Probe(BaseTool):
    '''Is {word}.'''
    async def execute(self, params):
        return {{}}
@hookimpl
def moe_tools():
    return [Probe]
"""
PYPROJECT = """
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "moe-plugin-probe"
version = "{version}"
description = "Nothing."
[project.entry-points."moe.plugins"]
main = "moe_plugin_probe"
"""
LISTINGS = (["tools", "list"], ["tools", "show", "probe"], ["plugins", "info", "moe-plugin-probe"])


def write_wheel(folder: Path, version: str, word: str) -> Path:
    """A wheel as a build backend makes it."""
    path = folder / f"moe_plugin_probe-{version}-py3-none-any.whl"
    info = f"moe_plugin_probe-{version}.dist-info"
    wheel = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        "moe_plugin_probe.py": MODULE.format(word=word),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: moe-plugin-probe\nVersion: {version}\n",
        f"{info}/WHEEL": wheel,
        f"{info}/entry_points.txt": "[moe.plugins]\nmain = moe_plugin_probe\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    return path


class Place:
    """The venv, and what is done in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        self.python = folder / "venv" / "bin" / "python"
        site = next((folder / "venv").glob("lib/python*/site-packages"))
        (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n{Path(moe.__file__).parents[1]}\n")
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        self.environment = {**kept, "HOME": str(folder), "XDG_CACHE_HOME": f"{folder}/cache", "PIP_NO_INPUT": "1"}
        self.project = folder / "project"
        self.project.mkdir()
        self.source = folder / "source"
        self.source.mkdir()

    def pip(self, *arguments: str | Path) -> None:
        command = [self.python, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
        subprocess.run(command, env=self.environment, cwd=self.folder, check=True, capture_output=True)

    def list(self, words: list[str]) -> str:
        command = [self.python, "-m", "moe", *words]
        done = subprocess.run(command, env=self.environment, cwd=self.project, capture_output=True, text=True)
        return done.stdout + done.stderr

    def install_editable(self) -> None:
        self.pip("install", "--no-deps", "--no-build-isolation", "--no-index", "-e", self.source)

    def edit(self, word: str, *, is_same_second: bool = False) -> None:
        """Save the module; `is_same_second` edits it, lists it and edits it in what is one second for the file."""
        file = self.source / "moe_plugin_probe.py"
        if is_same_second:
            second = (time.time_ns() // 10**9 + 60) * 10**9  # also on a machine where a listing takes long
            file.write_text(MODULE.format(word="first"))
            os.utime(file, ns=(second, second))
            self.list(["tools", "list"])
        file.write_text(MODULE.format(word=word))
        if is_same_second:
            os.utime(file, ns=(second + 500_000_000,) * 2)


def iterate_changes(place: Place, luck: random.Random) -> Iterator[tuple[str, Callable[[], None], str]]:
    """What is changed, how, and the word that is then listed; "" for none."""

    def install(version: str, word: str) -> Callable[[], None]:
        wheel = write_wheel(place.folder, version, word)
        return lambda: place.pip("install", "--no-deps", "--no-index", "--force-reinstall", wheel)

    def edit(word: str) -> tuple[str, Callable[[], None], str]:
        return "edit", lambda: place.edit(word), word

    while True:
        yield "install", install("1.0", "older"), "older"
        yield "upgrade", install("2.0", "newer"), "newer"
        yield "same version, other content", install("2.0", "other"), "other"
        yield "downgrade", install("1.0", "older"), "older"
        (place.source / "pyproject.toml").write_text(PYPROJECT.format(version=f"3.{luck.randrange(99)}"))
        place.edit("alpha")
        yield "editable install", place.install_editable, "alpha"
        yield from map(edit, ("gamma", "delta", "sigma"))
        yield "edit of the same second", lambda: place.edit("omega", is_same_second=True), "omega"
        yield "uninstall", lambda: place.pip("uninstall", "-y", "moe-plugin-probe"), ""


def is_shown(text: str, words: list[str], expected: str) -> bool:
    """Whether a listing tells this of the plugin."""
    shows_tool = words[0] == "tools"
    if not expected:
        return "Is " not in text
    return f"Is {expected}." in text if shows_tool else "probe" in text and "brings: tool probe" in text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    luck = random.Random(options.seed)
    seen: collections.Counter[str] = collections.Counter()
    made: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name))
        for (kind, change, expected), _ in zip(iterate_changes(place, luck), range(options.changes), strict=False):
            words = luck.choice(LISTINGS)
            is_settled = luck.random() < 0.3
            if is_settled:
                time.sleep(SETTLED_SECONDS)
            if is_settled or luck.random() < 0.5:
                place.list(words)
            change()
            text = place.list(words)
            made[kind] += 1
            if is_shown(text, words, expected):
                seen[kind] += 1
            else:
                print(f"not seen: {kind} ({expected or 'gone'}, {is_settled=}) by moe {' '.join(words)}:\n{text}")
    for kind, count in made.items():
        print(f"{kind}: {seen[kind]} of {count}")
    print(f"all: {seen.total()} of {made.total()}")


if __name__ == "__main__":
    main()
