"""Python environments that have moe and nothing of others."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SITE = sysconfig.get_paths()["purelib"]
OFFLINE = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "-q"]


class Place:
    """A folder with a Python environment that has moe and nothing of others."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.venv = folder / name
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(self.venv)], check=True)
        site = next((self.venv / "lib").glob("python*/site-packages"))
        # What moe needs is found, after what is installed here.
        (site / "zz_moe.pth").write_text(f"{ROOT}\n{SITE}\n", encoding="utf-8")
        home = folder / f"home_{name}"
        home.mkdir()
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MOE_", "PYTHON", "XDG_"))}
        self.environment = {**kept, "HOME": str(home)}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [str(self.venv / "bin" / "python"), "-m", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done

    def run_moe(self, *commands: list[str]) -> None:
        """Run commands of moe one after the other in one process."""
        code = "import sys\nfrom moe.cli.main import main\nsys.exit(any(main(command) for command in {}))"
        command = [str(self.venv / "bin" / "python"), "-c", code.format(list(commands))]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def install(self, *what: str) -> None:
        self.run("pip", "install", *OFFLINE, *what)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One for a plugin of every kind."""
    return Place(tmp_path_factory.mktemp("workshop"), "workshop")


@pytest.fixture
def desk(tmp_path: Path) -> Place:
    return Place(tmp_path, "desk")


@pytest.fixture
def make_place(tmp_path: Path) -> Callable[[str], Place]:
    """Makes one more environment."""
    return lambda name: Place(tmp_path, name)
