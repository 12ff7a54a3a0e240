"""A command waits for no part of moe that it does not use."""

import subprocess
import sys
from pathlib import Path

import pytest

ENGINE = ("moe.running", "moe.knowledge", "moe.asking")
LIBRARIES = (
    "anyio",
    "asyncio",
    "httpx",
    "jsonschema",
    "networkx",
    "numpy",
    "pypdfium2",
    "rich",
    "sqlalchemy",
    "Stemmer",
)
CODE = """
import sys
from moe.cli.main import main
code = main(sys.argv[1:])
print("imported", *sys.modules, file=sys.stderr)
sys.exit(code)
"""


def find_imported(arguments: list[str], project: Path, environment: dict[str, str]) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        cwd=project,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout
    return set(done.stderr.rpartition("imported ")[2].split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["completion", "bash"], ["config", "show"], ["runs", "list"]],
    ids=" ".join,
)
def test_a_command_that_runs_nothing_imports_no_engine(
    arguments: list[str], project: Path, environment: dict[str, str]
) -> None:
    imported = find_imported(arguments, project, environment)
    engine = {name for name in imported if name.startswith(ENGINE)} - {"moe.running", "moe.knowledge", "moe.asking"}
    # Each room declares its settings; templates are settings, and are checked with them.
    others = {name for name in engine if not name.endswith(".settings") and not name.startswith("moe.asking.fitting")}
    assert others == set()
    assert imported & set(LIBRARIES) == set()


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["tools", "list"], ["run", "Who restored the mill?", "--docs", "docs", "--json"]],
    ids=["help", "tools list", "a first answer"],
)
def test_what_is_operated_by_others_costs_whoever_does_not_nothing(
    arguments: list[str], project: Path, environment: dict[str, str]
) -> None:
    imported = find_imported(arguments, project, environment)
    assert not imported & {"hvac", "keyring", "requests", "opentelemetry", "moe_kit.secrets.vault"}


def test_the_index_is_looked_at_without_the_engine(project: Path, environment: dict[str, str]) -> None:
    imported = find_imported(["index", "status"], project, environment)
    assert "moe.knowledge.index.status" in imported
    engine = {name for name in imported if name.startswith(("moe.running.", "moe.asking.servers"))}
    assert engine == {"moe.running.settings"}


@pytest.mark.parametrize("arguments", [["--help"], ["completion", "zsh"]], ids=" ".join)
def test_help_and_completion_open_no_project(arguments: list[str], project: Path, environment: dict[str, str]) -> None:
    imported = find_imported(arguments, project, environment)
    assert not imported & {"moe.app", "pydantic", "yaml", "msgspec"}
