"""The final answer read along while it is written."""

from collections.abc import Callable, Sequence

from moe.asking.json.partial import PartialTexts, TextPart
from moe_core.contracts.errors import InvalidOutputError
from moe_core.contracts.messages import ModelReply, ModelRequest
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.wire import JsonObject

STATEMENT_TEXTS = ("statements", "*", "text")
"""Where the texts of an answer stand in its format."""


REPEATED_LENGTH = 480
"""Characters of the same few again that are no answer any more: tables and lists repeat less of themselves."""
_PERIOD_MAX = 60


def is_repeating(text: str) -> bool:
    """Whether a text of that length is one short piece, again and again."""
    if len(text) < REPEATED_LENGTH:
        return False
    return any(text[period:] == text[:-period] for period in range(1, _PERIOD_MAX + 1))


async def stream_reply(
    provider: ModelProvider,
    request: ModelRequest,
    schema: JsonObject | None,
    *,
    on_text: Callable[[TextPart], None],
    path: Sequence[str] = STATEMENT_TEXTS,
) -> ModelReply:
    """One call whose texts at `path`, or all of it without a schema, are told as they are written.

    Each attempt starts again with text number 0: what was shown of an attempt that failed has to be taken back.

    Raises:
        ModelError: As the provider's `stream`.
        InvalidOutputError: The stream ended without its whole reply.
    """
    texts = PartialTexts(path)
    reply: ModelReply | None = None
    written = ""
    parts = provider.stream(request, schema)
    try:
        async for part in parts:
            if part.restarts:
                texts = PartialTexts(path)
                on_text(TextPart(number=0, text="", is_anew=True))
            if schema is None and part.text:
                on_text(TextPart(number=0, text=part.text))
            for found in texts.feed(part.text) if schema is not None else ():
                on_text(found)
            reply = part.reply or reply
            written = (written + part.text)[-REPEATED_LENGTH:]
            if is_repeating(written):
                raise InvalidOutputError(
                    f"{provider.name} repeats itself without end", provider=provider.name, model=request.model
                )
    finally:
        close = getattr(parts, "aclose", None)
        if close is not None:
            await close()
    if reply is None:
        raise InvalidOutputError(
            f"{provider.name} ended its stream without the whole reply", provider=provider.name, model=request.model
        )
    return reply
