"""Parameters that a server refuses by name: found in its error, dropped or spelled otherwise, and remembered."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from moe_kit.serving.failures import read_message
from moe_kit.serving.overflow import find_overflow

REFUSALS_MAX = 6
"""How many times one request is asked again in other words before it is given up."""

_ESSENTIAL = frozenset({"model", "messages", "stream", "input"})
_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_OTHER_NAMES = {
    "response_format": r"response_format|json_schema|structured.outputs?|response.?schema|output_schema|json_object",
    "chat_template_kwargs": r"chat_template_kwargs|enable_thinking|low_effort",
    "reasoning_effort": r"reasoning_effort|reasoning\.effort|think(?:ing)?",
    "think": r"think(?:ing)?",
    "nvext": r"nvext|guided_json",
}
_WORDS = frozenset({"stop", "seed", "think", "format", "options"})
"""Names that are also plain words: without quotes they count only beside a word of refusal."""
_REFUSING = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|extra|invalid|forbidden"
    r"|requires|cannot be used|not available",
    re.IGNORECASE,
)


class Refused(msgspec.Struct):
    """What was learnt about one model of one server.

    Attributes:
        dropped: Parameters that are not sent any more.
        renamed: From a parameter to the name that it takes instead.
    """

    dropped: set[str] = msgspec.field(default_factory=set)
    renamed: dict[str, str] = msgspec.field(default_factory=dict)

    def apply(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as this server takes it."""
        return {self.renamed.get(name, name): value for name, value in body.items() if name not in self.dropped}

    def copy(self) -> "Refused":
        """One that may be tried out."""
        return Refused(dropped=set(self.dropped), renamed=dict(self.renamed))


def learn(refused: Refused, body: Mapping[str, Any], status: int, answer: bytes) -> bool:
    """Note the parameter that an error names among those sent; False when it names none.

    Args:
        refused: Takes the note.
        body: As it was sent.
        status: Of the error.
        answer: The error's body.
    """
    if status not in (400, 422):
        return False
    text = read_message(answer)
    overflow = find_overflow(text)
    if overflow is not None and not overflow.is_output:
        return False
    name = find_refused(body, answer)
    if name is None:
        return False
    other = _RENAMED.get(name)
    if other and re.search(rf"\b{other}\b", text) and name not in refused.renamed.values():
        refused.renamed[name] = other
        return True
    refused.renamed = {ours: theirs for ours, theirs in refused.renamed.items() if theirs != name}
    refused.dropped |= {name, *(ours for ours, theirs in refused.renamed.items() if theirs == name)}
    return True


def find_refused(body: Mapping[str, Any], answer: bytes) -> str | None:
    """The sent parameter that an error is about."""
    text = read_message(answer)
    pointed = _find_pointed(answer)
    for name in sorted(set(body) - _ESSENTIAL, key=len, reverse=True):
        if name in pointed:
            return name
        spelled = _OTHER_NAMES.get(name, re.escape(name))
        if re.search(rf"['\"`](?:{spelled})['\"`]", text, re.IGNORECASE):
            return name
        is_named = re.search(rf"(?<![\w.])(?:{spelled})(?!\w)", text, re.IGNORECASE)
        if is_named and (name not in _WORDS or _REFUSING.search(text)):
            return name
    return None


def _find_pointed(answer: bytes) -> set[str]:
    """Names in the places where errors say which parameter is meant: `param` and `loc`."""
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return set()
    found: set[str] = set()
    waiting: list[Any] = [value]
    for _ in range(50):
        if not waiting:
            break
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("param"), str):
                found.add(re.split(r"[.\[]", part["param"])[0])
            if isinstance(part.get("loc"), list):
                found.update(str(step) for step in part["loc"])
            waiting.extend(item for item in part.values() if isinstance(item, dict | list))
        elif isinstance(part, list):
            waiting.extend(part[:10])
    return found
