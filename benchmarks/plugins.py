"""Instructions of listings with many trivial installed plugins, once they are in the index.

    python benchmarks/plugins.py --counts 0 10 50 200 1000 --peer VENV/bin/python

Counts with valgrind (cachegrind), so that load does not change them. The first call of each row tries the plugins.
`--peer` is the Python of an environment with `llm` (pip install llm), whose listing of as many plugins is counted too.
Everything is compiled before it is counted.
"""

import argparse
import compileall
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from instructions import count_instructions, require_valgrind

COMMANDS = {"--version": ["--version"], "tools list": ["tools", "list"], "route": ["route", "What does it cost?"]}
SETTLED_SECONDS = 4  # what changed a moment ago is looked at anew each time
TOOL = """
from moe_core import BaseTool, hookimpl
class Trivial{number}(BaseTool):
    '''Do nothing.'''
    async def execute(self, params):
        return {{}}
@hookimpl
def moe_tools():
    return [Trivial{number}]
"""

PEER_TOOL = """
import llm
def trivial_{number}() -> str:
    "Do nothing."
    return ""
@llm.hookimpl
def register_tools(register):
    register(trivial_{number})
"""


def install(site: Path, number: int, *, group: str = "moe.plugins", source: str = TOOL) -> None:
    """A distribution as an installer lays it out."""
    info = site / f"trivial_{number}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: trivial-{number}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\ntrivial_{number} = trivial_{number}\n")
    (site / f"trivial_{number}.py").write_text(source.format(number=number))


def fill(site: Path, count: int, **kind: str) -> None:
    """That many distributions, compiled as an installer does."""
    site.mkdir()
    for number in range(count):
        install(site, number, **kind)
    compileall.compile_dir(site, quiet=1)


def count_peer(python: str, count: int, folder: Path) -> float:
    """Of `llm tools list` with that many plugins, called twice before."""
    fill(folder / "peer_site", count, group="llm", source=PEER_TOOL)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {**kept, "PYTHONPATH": str(folder / "peer_site"), "LLM_USER_PATH": str(folder / "llm")}
    listing = ["-m", "llm", "tools", "list"]
    for _ in range(2):
        done = subprocess.run(
            [python, *listing], env=environment, cwd=folder, capture_output=True, text=True, check=True
        )
    assert done.stdout.count("(plugin: trivial_") == count, done.stdout[:400]
    return count_instructions(listing, environment, folder, python=python)


def count_own(count: int, folder: Path) -> list[float]:
    """Of `python -c pass` and of each command, once the plugins are known and the listing is remembered."""
    fill(folder / "site", count)
    path = os.pathsep.join(filter(None, [str(folder / "site"), os.environ.get("PYTHONPATH", "")]))
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "HOME": str(folder), "PYTHONPATH": path}
    environment |= {"XDG_CACHE_HOME": f"{folder}/cache", "XDG_CONFIG_HOME": f"{folder}/config"}
    for words in (*COMMANDS.values(), *[COMMANDS["tools list"]] * 2):
        called = [sys.executable, "-m", "moe", *words]
        subprocess.run(called, env=environment, cwd=folder, capture_output=True, check=True)
        time.sleep(SETTLED_SECONDS)
    row = [count_instructions(["-c", "pass"], environment, folder)]
    return row + [count_instructions(["-m", "moe", *words], environment, folder) for words in COMMANDS.values()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[0, 10, 50, 200, 1000], help="plugins installed")
    parser.add_argument("--peer", help="the Python of an environment with llm")
    options = parser.parse_args()
    require_valgrind()
    print("plugins", "python -c pass", *COMMANDS, *["llm tools list"] * bool(options.peer), sep="\t")
    for count in options.counts:
        with tempfile.TemporaryDirectory() as name:
            row = count_own(count, Path(name))
            row += [count_peer(options.peer, count, Path(name))] if options.peer else []
            print(count, *(f"{millions:,.0f}" for millions in row), sep="\t", flush=True)


if __name__ == "__main__":
    main()
