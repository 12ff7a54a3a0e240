"""Fitting a request into what its model reads: by estimate before it is sent, by the server's word after it."""

from collections.abc import Callable

from moe.asking.fitting.counting import TokenCounter
from moe.asking.fitting.cutting import CutGrounding, FittedMessages, compute_lower_limit, fit_messages
from moe_core.contracts.errors import ContextOverflowError
from moe_core.contracts.messages import Grounding, Message
from moe_core.contracts.wire import JsonObject

_WISH_TOKENS = 40.0  # around the schema that goes with a request
# More tokens than texts have: half the characters of plain ones, of others their bytes. Rows of single digits and signs
# may have more; then the server says so, and the request is cut.
_SHARE_OF_ASCII = 0.5
_PER_MESSAGE = 16


async def fit_request(
    grounding: Grounding,
    build: Callable[[Grounding], tuple[Message, ...]],
    *,
    schema: str,
    tokens_max: float,
    counter: TokenCounter,
) -> FittedMessages:
    """The messages of a grounding, which is cut if they do not fit beside the schema.

    Args:
        build: Makes messages of a grounding.
        schema: What the answer must match, as it goes with the request; "" for prose.
        tokens_max: Room for all of it.
        counter: Of the model.

    Raises:
        ContextOverflowError: They do not fit without any evidence or findings either.
    """
    messages = build(grounding)
    most = sum(_count_at_most(message.content) for message in messages) + len(schema) * _SHARE_OF_ASCII
    if most <= tokens_max:  # by far the usual case, and counting costs more than all else here
        return FittedMessages(messages=messages, cut=CutGrounding(grounding=grounding), tokens=most)
    aside = counter.estimate_text(schema) + _WISH_TOKENS if schema else 0.0
    return await fit_messages(grounding, build, tokens_max=max(0.0, tokens_max - aside), counter=counter)


async def find_lower_limit(
    error: ContextOverflowError,
    fitted: FittedMessages,
    *,
    schema: str,
    tokens_max: float,
    counter: TokenCounter,
    parameters: JsonObject,
) -> float:
    """The room for a request that was too long, in tokens as they are counted after what the server said.

    Args:
        error: What it said.
        fitted: What was sent.
        schema: What went with it.
        tokens_max: The room that it was cut to.
        counter: Of the model; learns from the sizes.
        parameters: The request's.
    """
    sent = (*fitted.messages, Message(role="user", content=schema)) if schema else fitted.messages
    if error.prompt_tokens:
        counter.learn(sent, prompt_tokens=error.prompt_tokens)
    tokens = await counter.count(sent, tokens_max=tokens_max)
    return compute_lower_limit(error, tokens=tokens, tokens_max=tokens_max, parameters=parameters)


def _count_at_most(text: str) -> float:
    size = len(text) * _SHARE_OF_ASCII if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return size + _PER_MESSAGE
