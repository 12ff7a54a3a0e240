"""What plugins write to the bare descriptor never gets between the lines that moe prints."""

import json
from pathlib import Path

HOSTILE = """
import os, sys, time
from moe_core import BaseTool

class Writes(BaseTool):
    async def execute(self, params):
        os.write(1, b"bare\\n")
        print("original", file=sys.__stdout__, flush=True)
        os.system("echo child")
        return {"n": 1}

class Exits(BaseTool):
    async def execute(self, params):
        sys.exit(3)

class Blocks(BaseTool):
    async def execute(self, params):
        time.sleep(60)
"""


def add_hostile(project: Path) -> None:
    (project / "plugins" / "tools").mkdir(parents=True)
    (project / "plugins" / "tools" / "hostile.py").write_text(HOSTILE, encoding="utf-8")


def test_what_a_tool_writes_past_sys_stdout_goes_to_standard_error(project: Path, spawn) -> None:
    add_hostile(project)
    done = spawn("tools", "run", "writes", "--json")
    assert done.stdout.startswith("{"), (done.stdout, done.stderr)
    assert json.loads(done.stdout) == {"n": 1}
    assert [word for word in ("bare", "original", "child") if word in done.stderr.splitlines()] == [
        "bare",
        "original",
        "child",
    ]


def test_a_tool_that_exits_is_named_and_does_not_choose_the_exit_code(project: Path, spawn) -> None:
    add_hostile(project)
    done = spawn("tools", "run", "exits")
    assert done.returncode == 1
    assert "error: tool exits failed: it called exit(3)" in done.stderr


def test_a_tool_that_blocks_ends_with_the_deadline(project: Path, spawn) -> None:
    add_hostile(project)
    done = spawn("tools", "run", "blocks", "--deadline", "0.5")
    assert done.returncode == 1
    assert "broken off" in done.stderr
