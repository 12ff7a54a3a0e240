"""A project whose agents are elsewhere: its files, its commands, and workers that listen."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from durable_place import make_environment, wait_for_line
from fleet_servers import find_free_ports


class SplitProject:
    """A project in a folder, with two addresses for the tasks of the agents that are elsewhere.

    Args:
        folder: Where its files are written.
        stack: Ends what it started.
        elsewhere: Agents whose tasks go to the addresses.
        files: Text, by path below the folder.
    """

    def __init__(self, folder: Path, stack: ExitStack, *, elsewhere: Sequence[str], files: Mapping[str, str]) -> None:
        self.folder, self._stack = folder, stack
        self.environment = {**make_environment(folder / "home"), "MOE_TRUST": "/"}
        self.urls = [f"http://127.0.0.1:{port}" for port in find_free_ports(2)]
        models = "".join(f"{name}: {{url: {json.dumps(self.urls)}}}\n" for name in elsewhere)
        for name, text in {"config/models.yaml": models, **files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "home").mkdir()

    def start(self, *words: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "moe", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._stack.callback(process.communicate)
        self._stack.callback(process.kill)
        return process

    def listen(self, url: str) -> "subprocess.Popen[str]":
        worker = self.start("worker", "--listen", url)
        wait_for_line(worker, "tasks are taken at")
        return worker
