"""moe as a process: what it imports, its exit codes, closed pipes, poor encodings."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from moe.version import VERSION

HEAVY = ("pydantic", "networkx", "sqlite3", "rich", "numpy", "jsonschema", "httpx")
ROOT = Path(__file__).parents[3]


def imported_by(*arguments: str) -> tuple[set[str], str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "moe", *arguments], capture_output=True, text=True, check=True
    )
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    return modules, done.stdout


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(argument: str) -> None:
    modules, output = imported_by(argument)
    assert output
    assert not {module.partition(".")[0] for module in modules} & set(HEAVY)


def test_the_version_does_not_even_import_click() -> None:
    modules, output = imported_by("--version")
    assert output == f"moe {VERSION}\n"
    assert "click" not in modules
    assert "moe_core" not in modules


def test_the_version_is_that_of_the_distribution(moe) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert declared == VERSION == version("moe-core")
    assert moe("--version").stdout == f"moe {VERSION}\n"


def test_what_reads_no_record_does_not_import_sqlite() -> None:
    modules, _ = imported_by("tools", "list")
    assert "sqlite3" not in modules


def test_a_route_waits_for_nothing_that_runs_or_reads() -> None:
    modules, output = imported_by("route", "What does it cost?")
    assert "speak" in output
    assert not {
        module for module in modules if module.startswith(("httpx", "sqlite3", "moe.knowledge.index", "rich", "numpy"))
    }
    assert not modules & {"moe.running.environment", "moe.running.belter", "moe.cli.request"}


def test_the_process_exits_with_the_documented_codes(spawn) -> None:
    question = "Who restored the tidal mill?"
    assert spawn("run", question, "--docs", "docs").returncode == 0
    assert spawn("run", question, "--docs", "nowhere").returncode == 2
    assert spawn("rnu").returncode == 2
    assert (
        spawn(
            "run", f"{question} The tool breaks", "--docs", "docs", "--web", "--belter=research", "--strict"
        ).returncode
        == 3
    )
    assert spawn("modelfile", "check", "docs/mill.md").returncode == 1


def test_a_wrong_setting_is_one_line_with_its_remedy(spawn) -> None:
    done = spawn("tools", "list", env={"MOE_SYSTEM__PROVDER": "x"})
    assert done.returncode == 2
    assert done.stdout == ""
    assert "did you mean MOE_SYSTEM__PROVIDER?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["tools", "list"], ["config", "show"], ["--help"], ["--version"], ["run", "-h"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_at_once_is_no_failure(
    arguments: list[str], unbuffered: str, project: Path, environment: dict[str, str]
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "moe", *arguments],
        env={**environment, "PYTHONUNBUFFERED": unbuffered},
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    errors = child.stderr.read()
    child.stderr.close()
    assert child.wait(60) == 0
    assert "Traceback" not in errors
    assert "Broken" not in errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["config", "show"], ["--version"], ["--help"]])
def test_output_that_cannot_be_written_is_told(spawn, arguments: list[str], unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        done = spawn(*arguments, stdout=full, stderr=subprocess.PIPE, env={"PYTHONUNBUFFERED": unbuffered})
    assert done.returncode == 1
    assert done.stderr == "error: cannot write the output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes streams")
def test_closed_streams_do_not_crash(project: Path, environment: dict[str, str]) -> None:
    command = f"{sys.executable} -m moe tools list >&- 2>&- <&-"
    done = subprocess.run(["sh", "-c", command], env=environment, cwd=project, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_stream_that_lacks_a_character_gets_another(spawn, project: Path, encoding: str) -> None:
    (project / "docs" / "snow.txt").write_text("Snow ☃ fell on the 漢 lighthouse. Yes.\n", encoding="utf-8")
    arguments = ("run", "Where did snow fall?", "--docs", "docs/snow.txt")
    done = spawn(*arguments, env={"PYTHONIOENCODING": encoding}, encoding=encoding)
    assert done.returncode == 0, done.stderr
    assert "Snow ? fell" in done.stdout


def test_json_loses_nothing_on_a_stream_that_lacks_a_character(spawn, project: Path) -> None:
    (project / "docs" / "snow.txt").write_text("Snow ☃ fell 🏠 on the lighthouse. Yes.\n", encoding="utf-8")
    arguments = ("run", "Where did snow fall?", "--docs", "docs/snow.txt", "--json")
    done = spawn(*arguments, env={"PYTHONIOENCODING": "ascii"})
    assert "Snow ☃ fell 🏠 on the lighthouse." in json.loads(done.stdout)["answer"]


def test_a_fault_is_one_line_and_a_traceback_only_when_asked_for(spawn, project: Path) -> None:
    (project / "plugins" / "retrievers").mkdir()
    (project / "plugins" / "retrievers" / "bad.py").write_text(
        "from moe_core import Retriever\n\n\nclass Bad(Retriever):\n    '''Break.'''\n\n    name = 'bad'\n\n"
        "    def build(self, passages):\n        raise LookupError('lost')\n"
    )
    arguments = ("--set", "system.retriever=bad", "tools", "run", "document_search", "query=mill", "--docs", "docs")
    plain = spawn(*arguments)
    assert plain.returncode == 1
    assert "Traceback" not in plain.stderr
    assert "lost" in plain.stderr
    assert "Traceback" in spawn(*arguments, env={"MOE_DEBUG": "1"}).stderr
