"""What a tool is defined as: all that decides how it is chosen, called and guarded; and how two of them differ."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from moe_core.contracts.plugin import Entry
from moe_core.contracts.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDefinition:
    """A tool as its plugin or server defines it.

    Attributes:
        description: What a model is told of it.
        schema: JSON Schema of its parameters.
        effects: What it says that it does beside computing; () where somebody else says that.
    """

    name: str
    description: str = ""
    schema: JsonObject = field(default_factory=dict)
    effects: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        fields = {"name": self.name, "description": self.description, "schema": self.schema, "effects": self.effects}
        return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

    def list_lines(self) -> tuple[str, ...]:
        """For people: the description, then the parameters, then what it does beside computing."""
        effects = (f"effects: {', '.join(self.effects)}",) if self.effects else ()
        return self.description, json.dumps(self.schema, sort_keys=True), *effects


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionChange:
    """One difference.

    Attributes:
        kind: Of which kind.
        tool: The tool's name at its plugin or server.
        before: What was accepted, line by line; empty for a new tool.
        after: What is said now; empty for a tool that is gone.
    """

    kind: Literal["new", "changed", "gone"]
    tool: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def define_tool(entry: Entry[Any]) -> ToolDefinition:
    """The definition of a tool that a plugin brings."""
    effects = tuple(str(effect) for effect in entry.effects)
    return ToolDefinition(name=entry.name, description=entry.summary, schema=entry.schema, effects=effects)


def list_definition_changes(
    accepted: Iterable[ToolDefinition], told: Iterable[ToolDefinition]
) -> Iterator[DefinitionChange]:
    """What differs between the definitions that were accepted and those of now."""
    before, now = ({one.name: one for one in several} for several in (accepted, told))
    for name, definition in now.items():
        if name not in before:
            yield DefinitionChange(kind="new", tool=name, after=definition.list_lines())
        elif before[name].digest != definition.digest:
            lines = before[name].list_lines(), definition.list_lines()
            yield DefinitionChange(kind="changed", tool=name, before=lines[0], after=lines[1])
    for name, definition in before.items():
        if name not in now:
            yield DefinitionChange(kind="gone", tool=name, before=definition.list_lines())
