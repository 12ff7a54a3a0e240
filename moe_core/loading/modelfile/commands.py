"""What a modelfile says: its instructions, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.lexer import Position, SourceText
from moe_core.schemas.plain_json import Keys

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = "Scalar | list[Value] | dict[str, Value]"

OLLAMA_KEYWORDS = frozenset(
    "from license template system adapter draft renderer parser parameter message requires".split()
)
TEXT_KEYWORDS = (OLLAMA_KEYWORDS - {"parameter", "message"}) | {"name", "version", "description"}
WORD_KEYWORDS = frozenset({"role", "type"})
NAMED_KEYWORDS = frozenset({"parameter", "message", "tool"})
BLOCK_KEYWORDS = frozenset({"response_format", "fallback", "meta", "tool", "parameter", "capability"})
LIST_KEYWORDS = frozenset({"capability", "fallback"})
KEYWORDS = TEXT_KEYWORDS | WORD_KEYWORDS | NAMED_KEYWORDS | BLOCK_KEYWORDS
REPEATABLE = frozenset({"from", "license", "adapter", "draft", "message", "capability", "fallback"})
MESSAGE_ROLES = ("system", "user", "assistant")


class Place(msgspec.Struct, frozen=True):
    """Where a value in a block starts, and the key before it."""

    key: Position
    value: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One instruction. Two are equal when they say the same, wherever they stand.

    Attributes:
        keyword: In lower case.
        value: Text, or the map or list of a block; the words of CAPABILITY are a list.
        name: The parameter's or tool's name or the message's role, else "".
        at: Where the keyword stands.
        name_at: Where the name stands; `at` without one.
        value_at: Where the value starts.
        places: Where each value of a block stands, by its keys.
    """

    keyword: str
    value: Value
    name: str = ""
    at: Position = field(default=Position(1, 1), compare=False)
    name_at: Position = field(default=Position(1, 1), compare=False)
    value_at: Position = field(default=Position(1, 1), compare=False)
    places: Mapping[Keys, Place] = field(default_factory=dict, compare=False, repr=False)

    def find_value(self, keys: Keys) -> Position:
        """Where the value at those keys starts, or that of its nearest parent."""
        return self._nearest(keys).value

    def find_key(self, keys: Keys) -> Position:
        """Where the last of those keys stands, or that of its nearest parent."""
        return self._nearest(keys).key

    def _nearest(self, keys: Keys) -> Place:
        """The place that most of the keys lead to; steps that the shorthand leaves out are skipped."""
        way: Keys = ()
        for key in keys:
            way = next(((*way, step) for step in (key, f"{key}?") if (*way, step) in self.places), way)
        return self.places.get(way, Place(self.at, self.value_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Modelfile:
    """A modelfile as it was written.

    Attributes:
        commands: In the file's order.
        warnings: Things that work but look like mistakes, as errors that were not raised.
        source: The text, for pointing into it.
    """

    commands: tuple[Command, ...]
    warnings: tuple[ModelfileError, ...] = ()
    source: SourceText = field(default_factory=lambda: SourceText(""), compare=False, repr=False)

    @property
    def path(self) -> str:
        """The file, or "<modelfile>"."""
        return self.source.path

    def all(self, *keywords: str) -> list[Command]:
        """The commands with one of these keywords, in order."""
        return [command for command in self.commands if command.keyword in keywords]

    def last(self, *keywords: str) -> Command | None:
        """The last command with one of these keywords, or None."""
        found = self.all(*keywords)
        return found[-1] if found else None

    def error(self, code: Code, message: str, position: Position, hint: str | None = None) -> ModelfileError:
        """An error that points at a place in this file."""
        return self.source.error_at(code, message, position, hint)
