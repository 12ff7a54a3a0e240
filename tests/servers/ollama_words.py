"""Ollama's requests in llama.cpp's words, and llama.cpp's answers in Ollama's."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

SAMPLING = {
    "temperature": float,
    "top_p": float,
    "top_k": int,
    "min_p": float,
    "typical_p": float,
    "seed": int,
    "repeat_penalty": float,
    "repeat_last_n": int,
    "presence_penalty": float,
    "frequency_penalty": float,
}
OTHER_OPTIONS = {
    "num_ctx": int,
    "num_predict": int,
    "num_keep": int,
    "num_batch": int,
    "num_gpu": int,
    "num_thread": int,
}
THINK_LEVELS = ("high", "medium", "low", "max")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
KEEP_SECONDS = 300.0
FOR_EVER = timedelta(days=36500)


class RefusedError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def read_keep_alive(value: Any) -> timedelta:
    """How long a model stays loaded: seconds, or a duration such as "5m"; 0 for not at all, below 0 for ever.

    Raises:
        RefusedError: It is neither.
    """
    if value is None or value == "":
        return timedelta(seconds=KEEP_SECONDS)
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        value = float(value)
    if isinstance(value, str):
        parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h)", value)
        if "".join(number + unit for number, unit in parts) != value.removeprefix("-"):
            raise RefusedError(400, f'time: invalid duration "{value}"')
        value = sum(float(number) * SECONDS[unit] for number, unit in parts) * (-1 if value[0] == "-" else 1)
    return FOR_EVER if value < 0 else timedelta(seconds=value)


def read_options(options: dict[str, Any]) -> dict[str, Any]:
    """The options that llama.cpp samples by, by its names; the others are left out, as Ollama leaves them.

    Raises:
        RefusedError: One has the wrong type.
    """
    found: dict[str, Any] = {}
    for name, value in options.items():
        wanted = SAMPLING.get(name) or OTHER_OPTIONS.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if wanted is not None and not (is_number and (wanted is float or float(value).is_integer())):
            raise RefusedError(400, f'option "{name}" must be of type {"integer" if wanted is int else "float32"}')
        if name in SAMPLING:
            found[name] = value
        elif name == "stop":
            if not isinstance(value, list):
                raise RefusedError(400, 'option "stop" must be of type array')
            found["stop"] = value
        elif name == "num_predict" and value >= 0:
            found["max_tokens"] = int(value)
    return found


def response_format(wanted: Any) -> dict[str, Any]:
    """`format` as llama.cpp has it.

    Raises:
        RefusedError: It is neither "json" nor a schema.
    """
    if wanted in (None, ""):
        return {}
    if wanted == "json":
        return {"response_format": {"type": "json_object"}}
    if isinstance(wanted, dict):
        return {"response_format": {"type": "json_schema", "json_schema": {"name": "schema", "schema": wanted}}}
    raise RefusedError(500, f'invalid format: {json.dumps(wanted)}; expected "json" or a valid JSON Schema object')


def read_wishes(body: dict[str, Any], capabilities: list[str]) -> dict[str, Any]:
    """A request without its messages.

    Raises:
        RefusedError: Ollama would not take it.
    """
    think = body.get("think")
    if think not in (None, True, False, *THINK_LEVELS):
        levels = "".join(f'"{level}", ' for level in THINK_LEVELS)
        raise RefusedError(400, f'invalid think value: "{think}" (must be {levels}true, or false)')
    if think and "thinking" not in capabilities:
        raise RefusedError(400, f'"{body["model"]}" does not support thinking')
    wishes = {**read_options(body.get("options") or {}), **response_format(body.get("format"))}
    if body.get("tools"):
        wishes["tools"] = body["tools"]
    if think is False:
        wishes["chat_template_kwargs"] = {"enable_thinking": False}
    return wishes


def read_messages(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns, with tool calls' arguments as text and the calls' ids that llama.cpp wants."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        turn: dict[str, Any] = {"role": str(message.get("role", "")).lower(), "content": message.get("content") or ""}
        if message.get("thinking"):
            turn["reasoning_content"] = message["thinking"]
        if calls := message.get("tool_calls"):
            turn["tool_calls"] = [_read_call(call, number) for number, call in enumerate(calls)]
        if turn["role"] == "tool":
            turn["tool_call_id"] = message.get("tool_call_id") or "call_0"
        turns.append(turn)
    return turns


def _read_call(call: dict[str, Any], number: int) -> dict[str, Any]:
    function = call["function"]
    arguments = function.get("arguments") or {}
    if not isinstance(arguments, dict):
        raise RefusedError(400, "json: cannot unmarshal string into Go struct field .arguments of type map[string]any")
    wanted = {"name": function["name"], "arguments": json.dumps(arguments)}
    return {"id": call.get("id") or f"call_{number}", "type": "function", "function": wanted}


@dataclass
class Heard:
    """What llama.cpp's stream has said so far that is told only at the end."""

    reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: dict[int, dict[str, str]] = field(default_factory=dict)

    def take(self, event: dict[str, Any]) -> tuple[str, str]:
        """Note one event, and return the text and the thinking that it brings.

        Raises:
            RefusedError: It is an error.
        """
        if "error" in event:
            raise RefusedError(500, str(event["error"].get("message", event["error"])))
        if usage := event.get("usage"):
            self.prompt_tokens, self.completion_tokens = usage["prompt_tokens"], usage["completion_tokens"]
        text = thinking = ""
        for choice in event.get("choices", ()):
            delta = choice["delta"]
            text += delta.get("content") or ""
            thinking += delta.get("reasoning_content") or ""
            for call in delta.get("tool_calls") or ():
                known = self.calls.setdefault(call["index"], {"id": "", "name": "", "arguments": ""})
                known["id"] += call.get("id") or ""
                known["name"] += call["function"].get("name") or ""
                known["arguments"] += call["function"].get("arguments") or ""
            if choice.get("finish_reason"):
                self.reason = "length" if choice["finish_reason"] == "length" else "stop"
        return text, thinking

    def tool_calls(self) -> list[dict[str, Any]]:
        """The calls that came to their end; one cut short by the greatest length is left out."""
        calls = []
        for number, call in sorted(self.calls.items()):
            try:
                arguments = json.loads(call["arguments"] or "{}")
            except ValueError:
                continue
            calls.append(
                {"id": call["id"], "function": {"index": number, "name": call["name"], "arguments": arguments}}
            )
        return calls
