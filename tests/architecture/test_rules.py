"""Rules of the house that no linter knows."""

import ast
import inspect
from functools import cache
from pathlib import Path

import pytest

import moe_core
from moe_core.contracts import hookspecs

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("moe_core", "moe_kit", "moe", "plugins") for path in (ROOT / folder).rglob("*.py"))
PLUGINS = [path for path in SOURCES if path.is_relative_to(ROOT / "plugins")]
HOOKS = sorted(name for name, value in vars(hookspecs).items() if name.startswith("moe_") and inspect.isfunction(value))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_its_imports_at_the_top_and_a_docstring_that_says_its_idea(path: Path) -> None:
    tree = parse(path)
    assert ast.get_docstring(tree), f"{path} has no module docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
            assert not inner, f"{path}:{inner[0].lineno} imports inside {node.name}"


@pytest.mark.parametrize("path", [p for p in SOURCES if p not in PLUGINS], ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_inside_imports_its_own_front_door(path: Path) -> None:
    if path == ROOT / "moe_core" / "__init__.py":
        return
    assert "moe_core" not in imports_of(path)
    assert "moe_kit" not in imports_of(path)
    assert "moe" not in imports_of(path)


def test_a_plugin_imports_the_kernel_the_kit_and_third_parties_only() -> None:
    for path in PLUGINS:
        wrong = [
            name
            for name in imports_of(path)
            if name.split(".")[0] in ("moe", "plugins") or name.startswith(("moe_core.loading", "moe_core.routing"))
        ]
        assert not wrong, f"{path} imports {wrong}"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented_with_an_example(hook: str) -> None:
    doc = inspect.getdoc(getattr(hookspecs, hook)) or ""
    assert "Example:" in doc
    assert f"def {hook}" in doc


def test_the_front_door_is_small_and_every_name_in_it_is_documented() -> None:
    assert len(moe_core.__all__) <= 83
    for name in moe_core.__all__:
        value = getattr(moe_core, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), name


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert not {name: files for name, files in places.items() if len(files) > 1}
