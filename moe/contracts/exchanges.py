"""What was said to a language model, or what it replied, as a run's record keeps it."""

from typing import Any

import msgspec


class SaidMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of a conversation with a model.

    Attributes:
        role: Who speaks: "system", "user" or "assistant".
        content: What is said.
    """

    role: str
    content: str


class KeptExchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A prompt, or a reply, which is one message of the assistant.

    Attributes:
        messages: As they were sent, or came.
        parameters: Of a prompt: sampling and runtime options.
        model: Of a reply: who says to have written it.
        reasoning: Of a reply: what was thought aloud before it.
        finish_reason: Of a reply: why it ends there.
    """

    messages: tuple[SaidMessage, ...]
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    model: str = ""
    reasoning: str = ""
    finish_reason: str = ""
