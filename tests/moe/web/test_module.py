"""`python -m moe.web`, as a process."""

import re
import signal
import subprocess
import sys

import httpx

from followed_process import read_until


def test_it_serves_as_the_command_does(served):
    command = [sys.executable, "-m", "moe.web", "--port", "0", "--workers", "1"]
    server = subprocess.Popen(
        command,
        cwd=served.folder,
        env=served.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    url = re.search(r"http://\S+", read_until(server, "moe serves ")[-1]).group()
    assert httpx.get(f"{url}/health/live", trust_env=False, timeout=60).json() == {"status": "ok"}
    server.send_signal(signal.SIGTERM)
    told, _ = server.communicate(timeout=60)
    assert "moe has stopped" in told


def test_its_help_is_that_of_the_command(served):
    told = subprocess.run(
        [sys.executable, "-m", "moe.web", "--help"], env=served.environment, text=True, capture_output=True, check=True
    )
    assert "Serve answers over HTTP" in told.stdout
