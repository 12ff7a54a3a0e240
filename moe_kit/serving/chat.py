"""The OpenAI chat protocol as values: what a request's body says, and what a reply's body said."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from moe_core.contracts.messages import Message, ModelRequest, Usage
from moe_core.contracts.wire import JsonObject
from moe_kit.serving.dialects import Dialect

FinishReason = Literal["stop", "length"]

_SAME = ("temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty")
_CUT_OFF = ("length", "max_tokens")


def write_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The conversation."""
    return [{"role": message.role, "content": message.content} for message in messages]


def write_parameters(parameters: JsonObject, dialect: Dialect) -> dict[str, Any]:
    """Ollama's names of sampling options in the dialect's own; what it does not know is left out."""
    found = {name: parameters[name] for name in _SAME if parameters.get(name) is not None}
    if isinstance(found.get("stop"), str):
        found["stop"] = [found["stop"]]
    for ours, theirs in dialect.samplers.items():
        if parameters.get(ours) is not None:
            found[theirs] = parameters[ours]
    longest = parameters.get("num_predict", parameters.get("max_tokens"))
    if isinstance(longest, int) and longest > 0:  # -1 and -2 mean without a limit
        found[dialect.max_tokens] = longest
    return found


def write_thinking(think: object, dialect: Dialect) -> dict[str, Any]:
    """How this dialect is told to think or not; nothing when nothing was said, or it has no switch."""
    if think is None or not dialect.thinking:
        return {}
    if dialect.thinking == "template":
        return {"chat_template_kwargs": {"enable_thinking": think is not False}}
    if isinstance(think, str):
        return {"reasoning_effort": think}
    return {} if think else {"reasoning_effort": "none"}


def write_schema(schema: JsonObject, dialect: Dialect) -> dict[str, Any]:
    """The value of `response_format` that asks for the schema."""
    wanted: dict[str, Any] = {"name": "answer", "schema": schema}
    if dialect.is_strict:
        wanted["strict"] = True
    return {"type": "json_schema", "json_schema": wanted}


def write_body(request: ModelRequest, dialect: Dialect, *, think: object = None) -> dict[str, Any]:
    """The body of a chat request, without its schema."""
    body: dict[str, Any] = {"model": request.model, "messages": write_messages(request.messages)}
    body |= write_parameters(request.parameters, dialect)
    body |= write_thinking(think, dialect)
    return body


class Gathered(msgspec.Struct):
    """A reply as it adds up, from one body or from the pieces of a stream.

    Attributes:
        content: The answer's text so far, thinking inside it included.
        reasoning: What came in a field of its own.
        finish_reason: "" as long as the reply is not finished.
    """

    content: list[str] = msgspec.field(default_factory=list)
    reasoning: list[str] = msgspec.field(default_factory=list)
    finish_reason: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Take a body or a piece; gives what it brought of content and of reasoning."""
        self._add_usage(body.get("usage"))
        choices = body.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return "", ""
        message = choice.get("message") or choice.get("delta")
        message = message if isinstance(message, dict) else {}
        content = _text(message.get("content")) or _text(message.get("refusal"))
        reasoning = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
        self.content.append(content)
        self.reasoning.append(reasoning)
        if reason := choice.get("finish_reason"):
            self.finish_reason = str(reason)
        return content, reasoning

    def reason(self) -> FinishReason:
        """Why the reply ends, in the contract's words."""
        return "length" if self.finish_reason in _CUT_OFF else "stop"

    def usage(self, seconds: float, *, requests: int) -> Usage:
        """What the reply cost."""
        return Usage(
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            requests=requests,
            seconds=seconds,
        )

    def _add_usage(self, usage: object) -> None:
        if isinstance(usage, dict):
            self.prompt_tokens = read_count(usage.get("prompt_tokens")) or self.prompt_tokens
            self.completion_tokens = read_count(usage.get("completion_tokens")) or self.completion_tokens


def read_object(text: str) -> JsonObject | None:
    """The JSON object that a text is, and nothing else; None when it is none."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def read_count(value: object) -> int:
    """A count of tokens; 0 for whatever is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):  # content in parts
        return "".join(_text(part.get("text")) for part in value if isinstance(part, dict))
    return ""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
