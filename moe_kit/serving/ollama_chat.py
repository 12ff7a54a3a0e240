"""Ollama's chat protocol as values: what a request's body says, and how a reply adds up."""

from collections.abc import Mapping
from typing import Any

import msgspec

from moe_core.contracts.messages import ModelRequest, Usage
from moe_core.contracts.wire import JsonObject
from moe_kit.serving.chat import FinishReason, read_count

OPTIONS = frozenset(
    """num_keep seed num_predict top_k top_p min_p typical_p repeat_last_n temperature repeat_penalty
    presence_penalty frequency_penalty stop num_ctx num_batch num_gpu main_gpu use_mmap num_thread
    draft_num_predict""".split()
)
"""What Ollama takes as `options`; it only logs others."""


def write_options(parameters: JsonObject, *, context_tokens: int) -> dict[str, Any]:
    """The options among a request's parameters, with the context's size always said."""
    options = {name: value for name, value in parameters.items() if name in OPTIONS and value is not None}
    if "num_predict" not in options and parameters.get("max_tokens") is not None:
        options["num_predict"] = parameters["max_tokens"]
    if isinstance(options.get("stop"), str):
        options["stop"] = [options["stop"]]
    options["num_ctx"] = context_tokens
    return options


def write_chat(request: ModelRequest, schema: JsonObject | None, *, context_tokens: int) -> dict[str, Any]:
    """The body of a chat request. What is too long is refused instead of silently cut."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "options": write_options(request.parameters, context_tokens=context_tokens),
        "truncate": False,
        "shift": False,
    }
    if schema is not None:
        body["format"] = schema
    return body


class GatheredChat(msgspec.Struct):
    """A reply as it adds up, from one body or from the lines of a stream."""

    content: list[str] = msgspec.field(default_factory=list)
    reasoning: list[str] = msgspec.field(default_factory=list)
    is_done: bool = False
    _done_reason: str = ""
    _prompt_tokens: int = 0
    _completion_tokens: int = 0

    def add(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Take a body or a line; gives what it brought of content and of reasoning."""
        message = body.get("message")
        message = message if isinstance(message, dict) else {}
        content, thought = _text(message.get("content")), _text(message.get("thinking"))
        self.content.append(content)
        self.reasoning.append(thought)
        if body.get("done") is True:
            self.is_done = True
            self._done_reason = str(body.get("done_reason") or "")
            self._prompt_tokens = read_count(body.get("prompt_eval_count"))
            self._completion_tokens = read_count(body.get("eval_count"))
        return content, thought

    def reason(self) -> FinishReason:
        """Why the reply ends, in the contract's words."""
        return "length" if self._done_reason == "length" else "stop"

    def usage(self, seconds: float, *, requests: int) -> Usage:
        """What the reply cost."""
        return Usage(
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
            requests=requests,
            seconds=seconds,
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
