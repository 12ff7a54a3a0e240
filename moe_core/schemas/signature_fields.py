"""A function's parameters as fields of a pydantic model."""

import inspect
import re
from typing import Any

from pydantic.fields import FieldInfo

_ARGUMENT = re.compile(r"^(?P<indent>\s+)\*{0,2}(?P<name>\w+)(?:\s*\([^)]*\))?:\s*(?P<words>.*)$")


def make_field(parameter: inspect.Parameter, words: str | None) -> tuple[Any, FieldInfo | Any]:
    """The type and the field of a parameter, for `pydantic.create_model`; `words` describe it."""
    annotation = Any if parameter.annotation is inspect.Parameter.empty else parameter.annotation
    field = FieldInfo.from_annotation(annotation)
    if parameter.default is not inspect.Parameter.empty:
        field = FieldInfo.from_annotated_attribute(annotation, parameter.default)
    field.description = field.description or words
    return annotation, field


def read_descriptions(docstring: str) -> dict[str, str]:
    """What the docstring's "Args:" says of each parameter."""
    found: dict[str, str] = {}
    _, _, section = docstring.partition("Args:\n")
    depth, name = None, ""
    for line in section.splitlines():
        if not line.startswith(" "):
            break
        match = _ARGUMENT.match(line)
        if match and depth in (None, match["indent"]):
            depth, name = match["indent"], match["name"]
            found[name] = match["words"].strip()
        elif name:
            found[name] = f"{found[name]} {line.strip()}"
    return found
