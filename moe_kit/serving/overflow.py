"""Servers' many ways to say that a request is longer than the model reads, and the sizes they tell."""

import re

import msgspec

from moe_core.text.late_pattern import LatePattern

_SIGNS = LatePattern(
    r"exceed_context_size_error|context_length_exceeded|model_context_window_exceeded"
    r"|(maximum|available|max(imum)?_?) ?(model|prompt|context)[ _](length|size|window|len)"
    r"|exceed\w* the (maximum |available )?(context|number of (input )?tokens|maximum number of tokens)"
    r"|longer than the (maximum )?context|context (the )?overflows|context (length|window) exceed"
    r"|prompt is too long|prompt contains \d+ tokens|input is too long|input token count"
    r"|reduce the length of the (messages|input|prompt)|too large for model with",
    re.IGNORECASE,
)
_NUMBER = r"(\d[\d,_]{0,15})"
_PROMPT = tuple(
    LatePattern(pattern.replace("#", _NUMBER), re.IGNORECASE)
    for pattern in (
        r"n_prompt_tokens\W+#",
        r"request \(# tokens\)",
        r"# in the messages",
        r"prompt contains (?:at least )?# (?:input )?tokens",
        r"(?:has|with|contains at least|resulted in|includes) # (?:input )?tokens",
        r"input token count (?:of )?\(?#",
        r"too long: # tokens",
        r"you requested # tokens",
        r"keep the first # tokens",
        r"# tokens >",
    )
)
_CONTEXT = tuple(
    LatePattern(pattern.replace("#", _NUMBER), re.IGNORECASE)
    for pattern in (
        r"n_ctx\W+#",
        r"available context size \(# tokens\)",
        r"context length (?:is|of)(?: only)? #",
        r"maximum (?:model|prompt) length (?:is|of) #",
        r"number of tokens allowed \(?#",
        r"# maximum context length",
        r"> # maximum",
        r"context (?:window|size) (?:is|of) #",
    )
)
_OUTPUT = LatePattern(r"max_(?:completion_)?tokens['\"`]?(?: or ['\"`]?\w+['\"`]?)? is too large", re.IGNORECASE)


class Overflow(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes that a server told, in tokens.

    Attributes:
        prompt_tokens: Of the request; None when it did not say.
        context_tokens: That the model reads; None when it did not say.
        is_output: The request fits; it is the room asked for the answer that does not.
    """

    prompt_tokens: int | None = None
    context_tokens: int | None = None
    is_output: bool = False


def find_overflow(text: str) -> Overflow | None:
    """The overflow that an error's text tells of; None when it is about something else."""
    if not _SIGNS.regex.search(text):
        return None
    prompt, context = _first(_PROMPT, text), _first(_CONTEXT, text)
    return Overflow(
        prompt_tokens=prompt,
        context_tokens=context,
        is_output=bool(_OUTPUT.regex.search(text)) and prompt is not None and context is not None and prompt < context,
    )


def _first(patterns: tuple[LatePattern, ...], text: str) -> int | None:
    for pattern in patterns:
        if found := pattern.regex.search(text):
            return int(found[1].replace(",", "").replace("_", ""))
    return None
