"""What is asked of a model: the JSON Schema to send, and the reading of what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from moe_core.contracts.wire import JsonObject, encode_json

T = TypeVar("T")


@dataclass(frozen=True)
class AnswerFormat(Generic[T]):
    """A schema, and a reader that turns a matching object into a value.

    The reader checks as it builds, which costs a fraction of validating first; it raises ValueError, in words.

    Attributes:
        strict: What language models are held to in place of the schema, when it says more.
        accepted: What their replies are checked against, when that is more than they are asked for.
    """

    schema: JsonObject
    read: Callable[[JsonObject], T]
    strict: JsonObject | None = None
    accepted: JsonObject | None = None

    @cached_property
    def written(self) -> str:
        """The schema as it is sent."""
        return encode_json(self.schema).decode()

    @cached_property
    def written_strict(self) -> str:
        """The schema for language models as it is sent."""
        return self.written if self.strict is None else encode_json(self.strict).decode()

    @cached_property
    def written_accepted(self) -> str:
        """The schema that language models' replies are checked against; "" for the one that is sent."""
        return "" if self.accepted is None else encode_json(self.accepted).decode()


PROSE: AnswerFormat[str] = AnswerFormat({"type": "object"}, lambda data: str(data["text"]).strip())
"""An answer in prose, without a schema."""
