"""Forty plugins, each broken in its own way, installed and in folders at once: every command does its job."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOL = """
from moe_core import BaseTool, hookimpl
class {name}(BaseTool):
    '''Do it.'''
    async def execute(self, params):
        return {{}}
@hookimpl
def moe_tools():
    return [{name}]
"""
HOOK = "from moe_core import hookimpl\n@hookimpl\ndef moe_tools():\n"

# What a plugin does, in place of bringing anything.
BROKEN = {
    "hangs": "import time\ntime.sleep(600)\n",
    "hangs_in_hook": f"import time\n{HOOK}    time.sleep(600)\n",
    "hangs_on_lock": "import threading\nthreading.Event().wait()\n",
    "ends": "import os\nos._exit(0)\n",
    "ends_in_hook": f"import os\n{HOOK}    os._exit(3)\n",
    "segfaults": "import ctypes\nctypes.string_at(0)\n",
    "aborts": "import os\nos.abort()\n",
    "kills": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "exits": "raise SystemExit(0)\n",
    "interrupts": "raise KeyboardInterrupt\n",
    "needs_module": "import no_such_module_anywhere\n",
    "needs_name": "from json import no_such_name\n",
    "divides": "1 / 0\n",
    "recurses": "def f(): f()\nf()\n",
    "misspelt": "from moe_core import hookimpl\n@hookimpl\ndef moe_tolls(): return []\n",
    "returns_number": f"{HOOK}    return 3\n",
    "is_async": HOOK.replace("def ", "async def ") + "    return []\n",
    "newer": "MOE_API_VERSION = 99\nimport os\nos._exit(0)\n",
    "no_python": "def broken(:\n",
    "empty": "",
}
# What a plugin does beside bringing its tool.
RUDE = {
    "leaves_thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n",
    "moves": "import os\nos.chdir('/')\n",
    "patches": "import builtins\nbuiltins.open = builtins.print = None\n",
    "prints": "for _ in range(50): print('x' * 1_000_000)\n",
    "writes": "import os\nos.write(1, b'x' * 50_000_000)\n",
}


def install(site: Path, name: str, source: str | None, point: str = "", *, content: bytes | None = None) -> None:
    """A distribution as pip lays it out, with one module."""
    info = site / f"crowd_{name}-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_bytes(content or f"[moe.plugins]\nmain = {point or f'crowd_{name}'}\n".encode())
    if source is not None:
        (site / f"crowd_{name}.py").write_text(source)


@pytest.fixture
def crowd(tmp_path: Path, project: Path, environment: dict[str, str], monkeypatch) -> Iterator[set[str]]:
    """The names of the culprits, as moe has to say them."""
    site = tmp_path / "site"
    tools = tmp_path / "extra" / "plugins" / "tools"
    site.mkdir()
    tools.mkdir(parents=True)
    for place, (name, source) in enumerate(BROKEN.items()):
        if place % 2:
            (tools / f"crowd_{name}.py").write_text(source)
        else:
            install(site, name, source)
    for name, source in RUDE.items():
        source += TOOL.format(name=f"Crowd{name.title().replace('_', '')}")
        install(site, name, source)
        (tools / f"crowd_{name}.py").write_text(source.replace("Crowd", "Folder"))
    install(site, "nothing", None)
    install(site, "no_attribute", "", "crowd_no_attribute:plugin")
    install(site, "no_line", "", content=b"[moe.plugins]\na line without a sign\n")
    install(site, "no_utf8", "", content=b"[moe.plugins]\nmain = caf\xe9\n")
    (tools / "crowd_no_text.py").write_bytes(b"NAME = 'caf\xe9'\n")
    (tools / "crowd_zeros.py").write_bytes(b"x = 1\0\n")
    (tools / "crowd_loop.py").symlink_to(tools / "crowd_loop.py")
    os.mkfifo(tools / "crowd_pipe.py")
    (tools / "crowd_lost.py").symlink_to(tmp_path / "gone.py")
    (tools / "crowd_huge.py").touch()
    os.truncate(tools / "crowd_huge.py", 20 << 20)
    environment["PYTHONPATH"] = os.pathsep.join([str(site), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    environment["MOE_PLUGIN_PATH"] = str(tmp_path / "extra")
    installed = {path.name.partition("-")[0].replace("_", "-") for path in site.glob("*.dist-info")}
    return installed | {f"path{path}" for path in tools.iterdir()}


def test_forty_broken_plugins_are_each_named_once_and_every_command_does_its_job(crowd, project, spawn) -> None:
    assert len(crowd) == 40
    listed = spawn("tools", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    names = {tool["name"] for tool in json.loads(listed.stdout)}
    assert {"calculator", "crowd_moves", "folder_patches"} <= names
    told = spawn("plugins", "list", "--json")
    infos = {one["plugin"]: one for one in json.loads(told.stdout)["plugins"] if "crowd" in one["plugin"]}
    assert infos.keys() == crowd
    assert {name: len(one["problems"]) for name, one in infos.items()} == dict.fromkeys(crowd, 1)
    assert all(one["problems"][0]["hint"] for one in infos.values())
    lines = [line for line in spawn("tools", "list").stderr.splitlines() if line.startswith("problem: ")]
    assert {line.split(": ")[1] for line in lines} == crowd
    assert len(lines) == 40
    assert spawn("route", "What does the mill cost?").returncode == 0
    assert spawn("tools", "run", "calculator", "expression=6*7").returncode == 0
