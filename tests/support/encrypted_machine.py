"""A project as on a machine of its own, whose agents speak to those of others encrypted."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from durable_place import wait_for_line
from known_plugins import know_plugins

QUESTION = "Who restored the tidal mill?"
WORDS = ("restored", "tidal mill", "Ada Brook", "1998", "412,000")
MILL = "# The mill\n\nThe tidal mill was restored by Ada Brook in 1998. It cost 412,000.\n"


class Machine:
    """A project of its own with its own configuration, as on another machine, and the folder of certificates."""

    def __init__(self, home: Path, certs: Path, name: str = "", *, sealed: bool = False) -> None:
        self.folder = home / "project"
        (self.folder / "docs").mkdir(parents=True, exist_ok=True)
        (self.folder / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
        (home / ".config" / "moe" / "config").mkdir(parents=True, exist_ok=True)
        self.models = home / ".config" / "moe" / "config" / "models.yaml"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MOE_", "_MOE"))}
        self.environment = {
            **kept,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / "data"),
            "OLLAMA_HOST": "127.0.0.1:1",
            "MOE_SYSTEM__ENCRYPTION__FOLDER": str(certs),
            "MOE_SYSTEM__ENCRYPTION__NAME": name,
            "MOE_SYSTEM__ENCRYPTION__SEALED": str(sealed).lower(),
        }
        know_plugins(self.folder, Path(kept.get("XDG_CACHE_HOME") or home / ".cache"))

    def run(self, *words: str):
        return subprocess.run(
            [sys.executable, "-m", "moe", *words],
            cwd=self.folder,
            env=self.environment,
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def listen(self, url: str):
        command = [sys.executable, "-m", "moe", "worker", "--listen", url]
        with subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stderr=subprocess.PIPE, text=True
        ) as worker:
            try:
                wait_for_line(worker, "tasks are taken at ")
                yield worker
            finally:
                worker.send_signal(signal.SIGTERM)
                assert worker.wait(60) == 0

    def ask(self, url: str):
        """Ask the question, with Camina elsewhere."""
        self.models.write_text(f"camina:\n  url: {url}\n", encoding="utf-8")
        return self.run("run", QUESTION, "--docs", "docs", "--json")
