"""Asking again in other words when a server refuses some of them by name."""

import re
from collections.abc import Mapping
from typing import Any

from moe_core.text.late_pattern import LatePattern
from moe_kit.serving.failures import read_message
from moe_kit.serving.openai_facts import ModelMemory
from moe_kit.serving.overflow import find_overflow
from moe_kit.serving.refusals import REFUSALS_MAX, find_refused, learn

_LONGEST_NAMES = ("max_tokens", "max_completion_tokens")
_ABOUT_ONE_SCHEMA = LatePattern(
    r"invalid schema|schema .{0,60}(invalid|not valid|unsupported|too)|(parse|convert|compile) .{0,40}(grammar|schema)",
    re.IGNORECASE | re.DOTALL,
)


class Offer:
    """One request in the words that a model takes, found out by asking.

    Args:
        body: All that one would like to say, without a schema.
        styles: The ways to ask for the schema, best first; empty without one.
        facts: What is known about the model; learns what worked.

    Attributes:
        requests: How often it was asked.
    """

    def __init__(self, body: Mapping[str, Any], styles: Mapping[str, Mapping[str, Any]], facts: ModelMemory) -> None:
        self._body = body
        self._styles = styles
        self._facts = facts
        self._refused = facts.refused.copy()
        self._style = facts.style if facts.style in styles else next(iter(styles), "")
        self._longest: int | None = None
        self._is_one_off = False
        self._sent: dict[str, Any] = {}
        self.requests = 0

    def write(self) -> dict[str, Any]:
        """The body to send now."""
        self.requests += 1
        self._sent = self._refused.apply(self._body) | dict(self._styles.get(self._style, {}))
        for name in _LONGEST_NAMES:
            if self._longest is not None and name in self._sent:
                self._sent[name] = min(self._sent[name], self._longest)
        return self._sent

    def amend(self, status: int, answer: bytes) -> bool:
        """Take an error in; False when nothing else can be tried."""
        if self.requests > REFUSALS_MAX:
            return False
        text = read_message(answer)
        if self._longest is None and (room := _find_room(text)) is not None:
            self._longest = room
            return True
        schema_names = set(self._styles.get(self._style, ()))
        if status in (400, 422) and schema_names and find_overflow(text) is None:
            of_schema = {name: value for name, value in self._sent.items() if name in schema_names}
            if find_refused(of_schema, answer) is not None or _ABOUT_ONE_SCHEMA.regex.search(text):
                self._is_one_off = self._is_one_off or bool(_ABOUT_ONE_SCHEMA.regex.search(text))
                return self._next_style()
        others = {name: value for name, value in self._sent.items() if name not in schema_names}
        return learn(self._refused, others, status, answer)

    def remember(self) -> None:
        """It was answered: what it took holds for the next request to this model."""
        self._facts.refused = self._refused
        if self._styles and not self._is_one_off:
            self._facts.style = self._style

    def _next_style(self) -> bool:
        names = list(self._styles)
        place = names.index(self._style) + 1
        if place >= len(names):
            return False
        self._style = names[place]
        return True


def _find_room(text: str) -> int | None:
    """How many tokens are left for the answer, when only that was asked too large."""
    overflow = find_overflow(text)
    if overflow is None or not overflow.is_output:
        return None
    assert overflow.context_tokens is not None
    assert overflow.prompt_tokens is not None
    return overflow.context_tokens - overflow.prompt_tokens
