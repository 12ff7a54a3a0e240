"""Work in a child process: it answers, or it is ended, and it outlives nobody."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moe_core.contracts.errors import ToolError
from moe_kit.processes.limited import ask_child

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="limits as POSIX has them")]

SCRIPT = """
import os, time
from moe_kit.processes.limited import limit_memory, serve_parent

def answer(request):
    limit_memory(64 << 20)
    return {"heard": request, "found": eval(request["do"])}

serve_parent(answer)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "child.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


async def test_a_child_answers_what_it_is_asked(script: Path) -> None:
    assert (await ask_child(script, {"do": "6 * 7"}, seconds=60.0))["found"] == 42


async def test_a_child_that_takes_too_much_memory_is_ended_alone(script: Path) -> None:
    with pytest.raises(ToolError, match="more memory or time"):
        await ask_child(script, {"do": "len(bytearray(1 << 30))"}, seconds=60.0)


async def test_a_child_that_takes_too_long_is_killed(script: Path, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with pytest.raises(TimeoutError):
        await ask_child(
            script, {"do": f"os.system('echo ' + str(os.getpid()) + ' > {told}') or time.sleep(600)"}, seconds=3
        )
    pid = told.read_text().strip() if told.exists() else ""
    assert not pid or wait_for(lambda: not is_alive(int(pid)))


async def test_a_child_knows_no_keys(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    answer = await ask_child(script, {"do": "[name for name in os.environ if 'KEY' in name]"}, seconds=60.0)
    assert answer["found"] == []


async def test_a_child_ends_with_its_parent_however_that_ends(script: Path, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    ask = {"do": f"os.system('echo ' + str(os.getpid()) + ' > {told}') or time.sleep(600)"}
    parent = "import anyio, sys; from pathlib import Path; from moe_kit.processes.limited import ask_child\n"
    parent += f"anyio.run(lambda: ask_child(Path({str(script)!r}), {ask!r}, seconds=600.0))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", parent], env=environment)
    child = int(wait_for(lambda: told.exists() and told.read_text().strip()))
    process.kill()
    process.wait()
    assert wait_for(lambda: not is_alive(child))


def wait_for(find, seconds: float = 30.0):
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not state.exists() or " Z " not in state.read_text()
    except OSError:  # perhaps only now
        return False
