"""Tools: what a Drummer can do besides talking to a model."""

import copy
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

from moe_core.contracts.evidence import Library
from moe_core.contracts.wire import JsonObject


class ParamsModel(Protocol):
    """What a tool's `Params` class offers; any pydantic model does."""

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        ...

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Check and convert parameters."""
        ...

    def model_dump(self) -> dict[str, Any]:
        """The checked parameters as a dict."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """Where a tool runs.

    Attributes:
        library: The run's documents, or None without any.
        settings: From config/tools.yaml and the modelfile, merged.
        deadline: Unix time in seconds by which it must be done, or None.
    """

    library: Library | None = None
    settings: JsonObject = field(default_factory=dict)
    deadline: float | None = None


class BaseTool(ABC):
    """A tool. A subclass in a plugin folder is all it takes.

    Example:
        class WordCount(BaseTool):
            '''Count the words of a text.'''

            async def execute(self, params: dict) -> dict:
                return {"words": len(params["text"].split())}

    Attributes:
        name: Short name; by default the class name in snake_case.
        description: For listings and for models; by default the docstring's first line.
        category: For listings; by default the folder it lies in.
        capabilities: What it is good for, as words.
        effects: What it does beside computing its result, of "net", "fs.write", "exec" and "secrets"; see `Effect`. A
            tool with "net" is off while documents are given, unless the user asks for it.
        Params: A pydantic model of the parameters; None takes any object.
        context: Where this instance runs.
    """

    name: ClassVar[str] = ""
    description: ClassVar[str] = ""
    category: ClassVar[str] = ""
    capabilities: ClassVar[tuple[str, ...]] = ()
    effects: ClassVar[tuple[str, ...]] = ()
    Params: ClassVar[type[ParamsModel] | None] = None
    context: ToolContext = ToolContext()

    @abstractmethod
    async def execute(self, params: dict[str, Any]) -> dict[str, Any]:
        """Do the work.

        Args:
            params: Already checked against `Params`, defaults filled in.

        Returns:
            A JSON-serialisable object, which may hold contract values: they are encoded once, where it is taken. A key
            "evidence" holding a list of `Evidence`, or of objects with its fields, is offered to the agents above for
            citing.

        Raises:
            ToolError: What failed, and whether trying again may help.
        """

    def within(self, context: ToolContext) -> Self:
        """This tool, running in another context."""
        tool = copy.copy(self)
        tool.context = context
        return tool


def describe_tool(tool: type[BaseTool]) -> tuple[str, str]:
    """The name and the one-line description of a tool class."""
    name = tool.name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", tool.__name__).lower()
    own_doc = tool.__doc__ if tool.__doc__ != BaseTool.__doc__ else None
    lines = (tool.description or own_doc or "").strip().splitlines()
    return name, lines[0] if lines else ""


def get_parameter_schema(tool: type[BaseTool]) -> JsonObject:
    """JSON Schema of a tool's parameters; an open object when it declares none."""
    if tool.Params is None:
        return {"type": "object"}
    return tool.Params.model_json_schema()
