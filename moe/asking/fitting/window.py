"""A model's context window: requests cut to it by estimate before they are sent, by the server's word after it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from moe.asking.fitting.counting import TokenCounter
from moe.asking.fitting.cutting import (
    CutGrounding,
    FittedMessages,
    compute_lower_limit,
    compute_prompt_limit,
    fit_messages,
)
from moe_core.contracts.errors import ContextOverflowError
from moe_core.contracts.messages import Grounding, Message
from moe_core.contracts.wire import JsonObject

Build: TypeAlias = Callable[[Grounding], tuple[Message, ...]]
"""Makes messages of a grounding."""

_WISH_TOKENS = 40.0  # around the schema that goes with a request
# More tokens than texts have: half the characters of plain ones, of others their bytes. Rows of single digits and signs
# may have more; then the server says so, and the request is cut.
_SHARE_OF_ASCII = 0.5
_PER_MESSAGE = 16


class ContextWindow:
    """What one request to a model may hold.

    Attributes:
        tokens_max: Room for messages and schema; less after each time that the server found them too long.
    """

    def __init__(self, counter: TokenCounter, context_tokens: int, parameters: JsonObject, *, schema: str) -> None:
        """Begin with what the model reads.

        Args:
            counter: Of the model; learns from sizes that the server tells.
            context_tokens: What the model reads, answer included.
            parameters: The request's; they may say how long the answer is.
            schema: What the answer must match, as it goes with the request; "" for prose.
        """
        self._counter = counter
        self._parameters = parameters
        self._schema = schema
        self.tokens_max: float = compute_prompt_limit(context_tokens, parameters)

    def save(self, grounding: Grounding, build: Build, *, share: float) -> None:
        """Leave evidence and findings only a share of the room that the rest leaves them."""
        messages = build(replace(grounding, evidence=(), findings=()))
        rest = self._counter.estimate(messages) + self._counter.estimate_text(self._schema)
        self.tokens_max = min(self.tokens_max, rest + share * max(0.0, self.tokens_max - rest))

    async def fit(self, grounding: Grounding, build: Build) -> FittedMessages:
        """The messages of a grounding, which is cut if they do not fit beside the schema.

        Raises:
            ContextOverflowError: They do not fit without any evidence or findings either.
        """
        messages = build(grounding)
        most = sum([_count_at_most(message.content) for message in messages]) + len(self._schema) * _SHARE_OF_ASCII
        if most <= self.tokens_max:  # by far the usual case, and counting costs more than all else here
            return FittedMessages(messages=messages, cut=CutGrounding(grounding=grounding), tokens=most)
        aside = self._counter.estimate_text(self._schema) + _WISH_TOKENS if self._schema else 0.0
        room = max(0.0, self.tokens_max - aside)
        return await fit_messages(grounding, build, tokens_max=room, counter=self._counter)

    async def narrow(self, error: ContextOverflowError, fitted: FittedMessages) -> None:
        """Take in that the server found messages too long."""
        sent = (*fitted.messages, Message(role="user", content=self._schema)) if self._schema else fitted.messages
        if error.prompt_tokens:
            self._counter.learn(sent, prompt_tokens=error.prompt_tokens)
        tokens = await self._counter.count(sent, tokens_max=self.tokens_max)
        self.tokens_max = compute_lower_limit(
            error, tokens=tokens, tokens_max=self.tokens_max, parameters=self._parameters
        )


def _count_at_most(text: str) -> float:
    size = len(text) * _SHARE_OF_ASCII if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return size + _PER_MESSAGE
