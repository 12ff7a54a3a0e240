"""An App waits for no room that it does not open."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name
from typing import get_type_hints

import pytest

from moe import rooms
from moe.app import App

STUB = Path(rooms.__file__).with_suffix(".pyi")


def test_type_checkers_read_the_same_doors() -> None:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    declared = {
        alias.asname or "": f"{node.module}:{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(declared) == set(dir(rooms))
    for name, reference in declared.items():
        assert getattr(rooms, name) is resolve_name(reference)


@pytest.mark.parametrize("name", [name for name, _ in inspect.getmembers(App, inspect.isfunction) if name[0] != "_"])
def test_the_types_that_an_app_speaks_of_are_found(name: str) -> None:
    assert "return" in get_type_hints(getattr(App, name))


def test_a_door_that_is_none_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="nowhere"):
        _ = rooms.nowhere


def test_an_app_opens_its_rooms_when_they_are_used() -> None:
    heavy = (
        "numpy",
        "networkx",
        "jsonschema",
        "httpx",
        "sqlalchemy",
        "rich",
        "pypdfium2",
        "moe.running.run",
        "moe.knowledge.library",
    )
    code = f"import sys, moe.app; print(*[name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_nearly_all_values_of_the_rooms_that_a_run_opens_are_structs() -> None:
    """A dataclass takes thirty times as long to define, and most of a short run is importing."""
    code = """
import sys, moe.running.run
rooms = [module for name, module in sys.modules.items() if name.startswith(("moe.", "moe_kit.", "moe_core."))]
own = [one for room in rooms if ".contracts" not in room.__name__ for one in vars(room).values()
       if isinstance(one, type) and one.__module__ == room.__name__]
print(*[sum(hasattr(one, mark) for one in own) for mark in ("__struct_fields__", "__dataclass_fields__")])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    structs, dataclasses = map(int, done.stdout.split())
    assert structs > 5 * dataclasses
