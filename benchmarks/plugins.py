"""Instructions of listings with many trivial installed plugins, once they are in the index.

    python benchmarks/plugins.py --counts 0 10 50 200 1000

Counts with valgrind (cachegrind), so that load does not change them. The first call of each row tries the plugins.
"""

import argparse
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


def install(site: Path, number: int) -> None:
    """A distribution as an installer lays it out."""
    info = site / f"moe_trivial_{number}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: moe-trivial-{number}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[moe.plugins]\nmain = moe_trivial_{number}\n")
    (site / f"moe_trivial_{number}.py").write_text(TOOL.format(number=number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[0, 10, 50, 200, 1000], help="plugins installed")
    counts = parser.parse_args().counts
    require_valgrind()
    print("plugins", "python -c pass", *COMMANDS, sep="\t")
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "site").mkdir()
            for number in range(count):
                install(folder / "site", number)
            path = os.pathsep.join(filter(None, [str(folder / "site"), os.environ.get("PYTHONPATH", "")]))
            environment = {**os.environ, "HOME": name, "PYTHONPATH": path}
            environment |= {"XDG_CACHE_HOME": f"{name}/cache", "XDG_CONFIG_HOME": f"{name}/config"}
            for _ in range(3):
                listing = [sys.executable, "-m", "moe", "tools", "list"]
                subprocess.run(listing, env=environment, cwd=folder, capture_output=True, check=True)
                time.sleep(SETTLED_SECONDS)
            row = [count_instructions(["-c", "pass"], environment, folder)]
            row += [count_instructions(["-m", "moe", *words], environment, folder) for words in COMMANDS.values()]
            print(count, *(f"{millions:,.0f}" for millions in row), sep="\t", flush=True)


if __name__ == "__main__":
    main()
