"""Fixtures for the tests of plugins: `pytest_plugins = ["moe_core.testing.pytest_plugin"]` in a conftest."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def moe_registry() -> Callable[..., Any]:
    """Makes a registry of exactly the things given, without discovery; see `memory_registry`."""
    made: Callable[..., Any] = resolve_name("moe_core.testing.registries:memory_registry")
    return made


@pytest.fixture
def moe_plugin(tmp_path: Path) -> Callable[[str], ModuleType]:
    """Makes a module from a plugin's source text; `check_plugin` takes it."""
    numbers = count(1)

    def load(source: str) -> ModuleType:
        name = f"moe_plugin_of_a_test_{next(numbers)}"
        file = tmp_path / f"{name}.py"
        file.write_text(source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def scripted_model() -> Callable[..., Any]:
    """Makes a model that answers from a script and records what it was asked; see `make_model`."""
    made: Callable[..., Any] = resolve_name("moe_core.testing.doubles:make_model")
    return made


@pytest.fixture
def moe_hooks() -> Callable[[ModuleType], dict[str, list[Any]]]:
    """Tells what each hook of a plugin's module returns, by hook, unchecked."""

    def read(plugin: ModuleType) -> dict[str, list[Any]]:
        hooks = [
            name for name in vars(plugin) if name.startswith("moe_") and hasattr(getattr(plugin, name), "moe_impl")
        ]
        return {name: list(getattr(plugin, name)()) for name in hooks}

    return read


@pytest.fixture
def moe_cli(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs moe's command line in a folder of its own, as a user who has configured nothing."""
    home, work = tmp_path / "moe_home", tmp_path / "moe_work"
    home.mkdir()
    work.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOE_", "_MOE", "XDG_"))}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - this Python, and what the test says
            [sys.executable, "-m", "moe", *arguments],
            cwd=work,
            env={**kept, "HOME": str(home), "MOE_TRUST": str(work)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
