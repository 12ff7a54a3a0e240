"""One thing that `moe doctor` found."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is so, and what to do about it.

    Attributes:
        topic: What it concerns: "config", "server", "agent", ...
        state: "note" is worth knowing and stops nothing; "wrong" breaks something that is configured.
        name: Which of its kind; "" when there is one.
        text: In one line.
        remedy: What to type or write, or "".
    """

    topic: str
    state: State
    name: str
    text: str
    remedy: str = ""
