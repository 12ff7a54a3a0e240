"""What a tool hands back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.location import Location
from moe_core.contracts.wire import JsonObject

_RESERVED = ("text", "statement", "value", "declined", "evidence", "locations", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool found or worked out. A tool may also return a dict, text, a dataclass or a pydantic model.

    Example:
        ToolResult(data={"celsius": 12}, statement="In Oslo it is 12 degrees.", value="12")

    Attributes:
        text: In words, for people and models.
        data: Figures and lists for whoever works on; text, numbers, lists and dicts.
        statement: One sentence that words a computed result; the answer says it as it is.
        value: The short answer within the statement.
        declined: Why nothing was worked out, in a sentence.
        evidence: Passages that agents may cite; None, unlike (), for a tool that looks for none.
        locations: Points on the Earth that it worked with, for a map; those of cited evidence stand there anyway.
        files: Files that it has written.
    """

    text: str = ""
    data: JsonObject = field(default_factory=dict)
    statement: str = ""
    value: str = ""
    declined: str = ""
    evidence: Sequence[Evidence] | None = None
    locations: Sequence[Location] = ()
    files: Sequence[Path] = ()

    def to_object(self) -> JsonObject:
        """As one object: the data's keys beside the fields that are set.

        Raises:
            ValueError: The data has a key that a field which is set is named after.
        """
        given = {name: getattr(self, name) for name in _RESERVED}
        told = {name: value for name, value in given.items() if value or (name == "evidence" and value is not None)}
        twice = sorted(set(told) & set(self.data))
        if twice:
            raise ValueError(f"data has the key {twice[0]!r}, which the result itself has as a field")
        if "files" in told:
            told["files"] = [str(file) for file in self.files]
        return {**self.data, **told}
