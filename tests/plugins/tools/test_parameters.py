"""What holds for the parameters of every bundled tool."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from moe_core import BaseTool
from moe_core.schemas.parameters import get_parameter_schema

TOOLS = Path(__file__).parents[3] / "plugins" / "tools"
FILES = sorted(f"{path.parent.name}/{path.stem}" for path in TOOLS.glob("*/*.py"))


def find_tool(module: ModuleType) -> type[BaseTool]:
    """The one tool of a module."""
    (tool,) = [value for value in vars(module).values() if isinstance(value, type) and BaseTool in value.__bases__]
    return tool


def find_objects(schema: dict) -> Iterator[dict]:
    """The schema itself and every object with fields that it defines."""
    yield schema
    yield from (part for part in schema.get("$defs", {}).values() if "properties" in part)


@pytest.mark.parametrize("path", FILES)
def test_a_tool_is_named_after_its_file_and_folder(load_tool_module, path: str) -> None:
    module = load_tool_module(path)
    tool = find_tool(module)
    assert f"{tool.category}/{tool.name}" == path
    assert tool.capabilities


@pytest.mark.parametrize("path", FILES)
def test_every_parameter_is_described_and_unknown_ones_are_refused(load_tool_module, path: str) -> None:
    module = load_tool_module(path)
    tool = find_tool(module)
    for part in find_objects(get_parameter_schema(tool)):
        assert part.get("additionalProperties") is False or "oneOf" in part
        for name, field in part["properties"].items():
            assert field.get("description"), f"{path}: {name}"
