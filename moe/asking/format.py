"""What is asked of a model: the JSON Schema to send, and the reading of what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from moe_core.contracts.wire import JsonObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Format(Generic[T]):
    """A schema, and a reader that turns a matching object into a value.

    The reader checks as it builds, which costs a fraction of validating first; it raises ValueError, in words.

    Attributes:
        strict: What language models are held to in place of the schema, when it says more.
    """

    schema: JsonObject
    read: Callable[[JsonObject], T]
    strict: JsonObject | None = None


PROSE: Format[str] = Format({"type": "object"}, lambda data: str(data["text"]).strip())
"""An answer in prose, without a schema."""
