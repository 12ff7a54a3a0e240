"""What an MCP server says of its tools, beside what the user has accepted."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionChange:
    """One difference.

    Attributes:
        kind: Of which kind.
        tool: The tool's name at its server.
        before: What was accepted, line by line; empty for a new tool.
        after: What the server says now; empty for a tool that is gone.
    """

    kind: Literal["new", "changed", "gone"]
    tool: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
