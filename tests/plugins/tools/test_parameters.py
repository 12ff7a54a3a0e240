"""What holds for the parameters of every bundled tool."""

from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / "plugins" / "tools"
FILES = sorted(f"{path.parent.name}/{path.stem}" for path in TOOLS.glob("*/*.py"))


def find_objects(schema: dict) -> Iterator[dict]:
    """The schema itself and every object with fields that it defines."""
    yield schema
    yield from (part for part in schema.get("$defs", {}).values() if "properties" in part)


@pytest.mark.parametrize("path", FILES)
def test_a_tool_is_named_after_its_file_and_folder(load_tool_module, path: str) -> None:
    module = load_tool_module(path)
    (tool,) = [value for value in vars(module).values() if getattr(value, "Params", None) is not None]
    assert f"{tool.category}/{tool.name}" == path
    assert tool.capabilities


@pytest.mark.parametrize("path", FILES)
def test_every_parameter_is_described_and_unknown_ones_are_refused(load_tool_module, path: str) -> None:
    module = load_tool_module(path)
    (tool,) = [value for value in vars(module).values() if getattr(value, "Params", None) is not None]
    for part in find_objects(tool.Params.model_json_schema()):
        assert part.get("additionalProperties") is False or "oneOf" in part
        for name, field in part["properties"].items():
            assert field.get("description"), f"{path}: {name}"
