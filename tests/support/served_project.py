"""A project with documents, a slow agent and a real `moe serve` in front of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from followed_process import read_until
from known_plugins import know_plugins

PLUGINS = Path(__file__).parents[1] / "moe" / "cli" / "plugins"
MILL = "# The mill\n\nThe tidal mill was restored by Ada Brook in 1998. It cost 412,000.\n\nThe wheel turns at ebb.\n"
QUESTION = {"question": "Who restored the tidal mill?", "docs": ["docs"]}
SLOW = {"question": "Wait for me", "top": "drummer", "drummer": "sluggish"}  # a minute, if nobody ends it


class ServedProject:
    """One project below a folder; start servers of it, and ask them.

    Attributes:
        folder: The project's.
        environment: The variables of its user, who has configured nothing.
        url: Of the server that was started last.
    """

    def __init__(self, home: Path, name: str = "project") -> None:
        """Make the project, unless it stands already."""
        self.folder = home / name
        self.url = ""
        self._server: subprocess.Popen[str] | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOE_", "_MOE"))}
        self.environment = {
            **{name: value for name, value in kept.items() if not name.endswith("_API_KEY")},
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / "data"),
            "OLLAMA_HOST": "127.0.0.1:1",
            "MOE_TRUST": "/",
        }
        if not self.folder.exists():
            self._make(home)
            know_plugins(self.folder, Path(self.environment.get("XDG_CACHE_HOME") or home / ".cache"))

    def _make(self, home: Path) -> None:
        (self.folder / "docs").mkdir(parents=True)
        (self.folder / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
        (self.folder / "config").mkdir()
        (self.folder / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")
        (self.folder / "plugins" / "tools" / "waiting").mkdir(parents=True)
        shutil.copy(PLUGINS / "slow.py", self.folder / "plugins" / "tools" / "waiting" / "slow.py")
        (self.folder / "plugins" / "models").mkdir()
        shutil.copy(PLUGINS / "talker.py", self.folder / "plugins" / "models" / "talker.py")
        (self.folder / "modelfiles" / "drummers").mkdir(parents=True)
        shutil.copy(PLUGINS / "sluggish.moe", self.folder / "modelfiles" / "drummers" / "sluggish.moe")
        (home / "outside.md").write_text("The code of the vault is 4711.\n", encoding="utf-8")

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of moe in the project, to its end."""
        command = [sys.executable, "-m", "moe", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=60, check=False
        )

    def start(self, *arguments: str, settings: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        """Start a server on a free port, with settings as for `--set`."""
        before = [word for setting in settings for word in ("--set", setting)]
        self._server = subprocess.Popen(
            [sys.executable, "-m", "moe", *before, "serve", "--port", "0", *arguments],
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        told = read_until(self._server, "moe serves ")[-1]
        self.url = re.search(r'http://[^\s"]+', told).group()
        return self._server

    def stop(self) -> str:
        """Have the server end as an init system does; what it had to say."""
        if self._server is None:
            return ""
        server, self._server = self._server, None
        server.send_signal(signal.SIGTERM)
        told, _ = server.communicate(timeout=60)
        return told

    def open_client(self, **options) -> httpx.Client:
        """A client of the server."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, **options)

    def read_events(self, run_id: str) -> list[dict[str, Any]]:
        """The events of a run so far."""
        with self.open_client() as client:
            told = client.get(f"/api/v1/runs/{run_id}/events", headers={"accept": "application/json"})
        return list(told.raise_for_status().json()["events"])


def find_workers(server: "subprocess.Popen[str]") -> list[int]:
    """The process numbers of a server's workers."""
    told = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="utf-8")
    return [int(word) for word in told.split()]
