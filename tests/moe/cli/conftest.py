"""A project with documents and a model that repeats them; the real command line, in this process and in another."""

import os
import select
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from known_plugins import know_plugins
from moe.cli.group import cli
from moe_core.loading.locations import find_cache_root

HERE = Path(__file__).parent
MILL = (
    "# The mill\n\nThe tidal mill was restored by Ada Brook. It cost 412,000 in all.\n\nThe wheel turns at ebb tide.\n"
)
BOAT = "The ferry leaves at nine. It carries forty people.\n\nIn winter it stays in the harbour.\n"

Moe = Callable[..., Result]
Terminal = Callable[..., tuple[int, str]]
Spawn = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a user who has configured nothing, has no keys, and on whose machine no Ollama runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOE_", "_MOE"))}
    kept = {name: value for name, value in kept.items() if not name.endswith("_API_KEY")}
    kept["OLLAMA_HOST"] = "127.0.0.1:1"
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PYTHONUNBUFFERED"):
        kept.pop(name, None)
    home = tmp_path / "home"
    home.mkdir()
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "PYTHONWARNINGS": "error",
        "MOE_TRUST": "/",
    }


@pytest.fixture
def project(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project folder, which is the current one."""
    folder = tmp_path / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
    (folder / "docs" / "ferry.txt").write_text(BOAT, encoding="utf-8")
    add_plugin(folder, "parrot.py", "models")
    (folder / "config").mkdir()
    (folder / "config" / "system.yaml").write_text("provider: parrot\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    for name in list(os.environ):
        if name not in environment:
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    know_plugins(folder, find_cache_root().parent)
    return folder


@pytest.fixture
def add() -> Callable[[Path, str, str], Path]:
    """Adds one of the test plugins to a project."""
    return add_plugin


@pytest.fixture
def slow_project(project: Path) -> Path:
    """A project with a Drummer whose tool takes a minute."""
    add_plugin(project, "slow.py", "tools/waiting")
    (project / "modelfiles" / "drummers").mkdir(parents=True)
    shutil.copy(HERE / "plugins" / "sluggish.moe", project / "modelfiles" / "drummers" / "sluggish.moe")
    return project


@pytest.fixture
def moe(project: Path) -> Moe:
    """The command line in this process, with its output caught."""

    def call(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(cli, list(arguments), **options)

    return call


@pytest.fixture
def spawn(project: Path, environment: dict[str, str]) -> Spawn:
    """The command line in a process of its own."""

    def call(*arguments: str, env: dict[str, str] | None = None, **options: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "moe", *arguments],
            env={**environment, **(env or {})},
            cwd=project,
            text=True,
            check=False,
            timeout=60,
            **{"capture_output": "stdout" not in options, **options},
        )

    return call


@pytest.fixture
def terminal(project: Path, environment: dict[str, str]) -> Terminal:
    """Runs moe on a pseudo-terminal; its exit code and all that it drew."""
    fcntl, pty, termios = map(pytest.importorskip, ("fcntl", "pty", "termios"))  # not on Windows

    def call(
        *arguments: str,
        columns: int = 100,
        env: dict[str, str] | None = None,
        interrupt_at: str = "",
        number: int = signal.SIGINT,
        answer: str = "",
        prompt: str = "",
    ) -> tuple[int, str]:
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        child = subprocess.Popen(
            [sys.executable, "-m", "moe", *arguments],
            cwd=project,
            env={**environment, "TERM": "xterm-256color", **(env or {})},
            stdin=follower,
            stdout=follower,
            stderr=follower,
        )
        os.close(follower)
        drawn = b""
        while select.select([leader], [], [], 60)[0]:
            try:
                chunk = os.read(leader, 65536)
            except OSError:  # the last of the other side has gone
                break
            if not chunk:
                break
            drawn += chunk
            if answer and (b"[y/N]" in drawn or b"[Y/n]" in drawn or (prompt and prompt.encode() in drawn)):
                os.write(leader, f"{answer}\n".encode())
                answer = ""
            if interrupt_at and interrupt_at.encode() in drawn:
                child.send_signal(number)
                interrupt_at = ""
        os.close(leader)
        return child.wait(60), drawn.decode()

    return call


def add_plugin(folder: Path, name: str, kind: str) -> Path:
    """Copy a test plugin into a project."""
    target = folder / "plugins" / kind / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "plugins" / name, target)
    return target
