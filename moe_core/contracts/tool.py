"""Tools: what a Drummer can do besides talking to a model."""

import copy
import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, Protocol, Self, TypeAlias

from moe_core.contracts.tool_context import ToolContext

Repeats: TypeAlias = Literal["safe", "keyed", "ask"]


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


class BaseTool(ABC):
    """A tool. A subclass in a plugin folder is all it takes.

    Example:
        class WordCount(BaseTool):
            '''Count the words of a text.'''

            effects = ()

            def execute(self, text: str, longer_than: int = 0) -> dict:
                return {"words": sum(len(word) > longer_than for word in text.split())}

    Attributes:
        name: Short name; by default the class name in snake_case.
        summary: One line for listings and for models; by default `description`, else the docstring's first line.
        description: Another word for `summary`.
        category: For listings; by default the folder it lies in.
        capabilities: What it is good for, as words.
        effects: What it does beside computing its result, of "net", "fs.write", "exec" and "secrets"; see `Effect`. A
            tool with "net" is off while documents are given, unless the user asks for it. () declares that it only
            computes; without a declaration it may do anything, and counts as if it had every effect.
        repeats: Whether a call may be made again when nobody knows if it was done: "safe" (again does nothing more),
            "keyed" (it hands on the context's idempotency key), or "ask" (a person decides: the run waits).
        asks_first: A person decides on each call in a run before it is made; the run waits. For what cannot be taken
            back; config/tools.yaml may say otherwise for any tool.
        timeout_seconds: Longest that one call may take; None leaves it to the run's deadline.
        Params: A pydantic model of the parameters, where `execute` takes them as one dict.
        context: Where this instance runs; for tools that take their parameters as one dict and no context.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    description: ClassVar[str] = ""
    category: ClassVar[str] = ""
    capabilities: ClassVar[tuple[str, ...]] = ()
    effects: ClassVar[tuple[str, ...] | None] = None
    repeats: ClassVar[Repeats] = "ask"
    asks_first: ClassVar[bool] = False
    timeout_seconds: ClassVar[float | None] = None
    Params: ClassVar[type[ParamsModel] | None] = None
    context: ToolContext = ToolContext()

    @abstractmethod
    def execute(self, *args: Any, **params: Any) -> Any:
        """Do the work; `def` runs in a thread of its own, `async def` in the event loop.

        Its own parameters are the tool's: `city: str, days: int = 2`, or one pydantic model or dataclass, or one dict
        called `params`. The JSON Schema follows from them, and the docstring's "Args:" describes them. A parameter
        that is annotated `ToolContext` is handed the call's context.

        Returns:
            A `ToolResult`, or a dict, text, a dataclass or a pydantic model: text, numbers, lists and dicts, which may
            hold contract values. In a dict the keys named as `ToolResult`'s fields mean the same.

        Raises:
            ToolError: What failed, and whether trying again may help.
        """

    async def open(self) -> None:
        """Make ready what calls share, before the first one. Instances of a tool that opens serve a whole run."""

    async def close(self) -> None:
        """Let go of what `open` made; called once, also after failures."""

    def within(self, context: ToolContext) -> Self:
        """This tool, running in another context."""
        tool = copy.copy(self)
        tool.context = context
        return tool


def describe_tool(tool: type[BaseTool]) -> tuple[str, str]:
    """The name and the one-line description of a tool class."""
    name = tool.name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", tool.__name__).lower()
    own_doc = tool.__doc__ if tool.__doc__ != BaseTool.__doc__ else None
    lines = (tool.summary or tool.description or own_doc or "").strip().splitlines()
    return name, lines[0] if lines else ""
