"""`moe dev`, followed by an author who edits files."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from followed_process import read_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")

TOOL = """
from moe_core import BaseTool

class Gauge(BaseTool):
    '''Read the gauge.'''

    async def execute(self, params):
        return {}
"""


def test_an_author_sees_what_each_edit_brings_until_interrupted(project: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-u", "-m", "moe", "dev", "--trust"]
    variables = {**environment, "MOE_TRUST": "", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, cwd=project, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            read_until(process, "watching")
            file = project / "plugins" / "tools" / "gauge.py"
            file.parent.mkdir(parents=True)
            file.write_text(TOOL)
            read_until(process, "added: tool gauge")
            file.write_text(f"{TOOL}def (")
            read_until(process, "gauge.py: is not valid Python")
            read_until(process, "stays until this is mended")
            file.unlink()
            read_until(process, "removed: tool gauge")
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
        finally:
            process.kill()
