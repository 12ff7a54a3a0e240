"""What Ollama told about its models: asked once for each, remembered for its address."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from moe_core.contracts.wire import JsonObject
from moe_kit.serving.chat import read_count
from moe_kit.serving.refusals import Refused

DEFAULT_CONTEXT_TOKENS = 8192
"""Of requests that say nothing, for models that say nothing: Ollama's own default depends on the graphics card."""
LARGEST_CONTEXT_TOKENS = 32_768
"""What is claimed of a model that reads more, unless the option `num_ctx` says so: memory grows with it."""

_NUM_CTX = re.compile(r"^\s*num_ctx\s+(\d+)\s*$", re.MULTILINE)


class OllamaModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model as `/api/show` describes it.

    Attributes:
        trained_tokens: The longest context that it was trained for; 0 when it does not say.
        num_ctx: The context that its modelfile sets; 0 without.
        capabilities: "completion", "tools", "thinking", "embedding" and the like.
        parameters: Its weights; 0 when it does not say.
        has_chat_template: Its template does more than to pass the prompt on.
    """

    trained_tokens: int = 0
    num_ctx: int = 0
    capabilities: frozenset[str] = frozenset()
    parameters: int = 0
    has_chat_template: bool = True


class OllamaFacts(msgspec.Struct):
    """What was learnt about one Ollama server.

    Attributes:
        models: As described.
        windows: The largest context that each model was asked with; less would make Ollama load it anew.
        refused: What each model does not take.
    """

    models: dict[str, OllamaModel] = msgspec.field(default_factory=dict)
    windows: dict[str, int] = msgspec.field(default_factory=dict)
    refused: dict[str, Refused] = msgspec.field(default_factory=dict)


def read_model(value: Mapping[str, Any]) -> OllamaModel:
    """A model from the answer of `/api/show`."""
    info = value.get("model_info")
    info = info if isinstance(info, dict) else {}
    trained = read_count(info.get(f"{info.get('general.architecture')}.context_length"))
    found = _NUM_CTX.search(str(value.get("parameters") or ""))
    capabilities = value.get("capabilities")
    return OllamaModel(
        trained_tokens=trained,
        num_ctx=int(found[1]) if found else 0,
        capabilities=frozenset(map(str, capabilities)) if isinstance(capabilities, list) else frozenset(),
        parameters=read_count(info.get("general.parameter_count")),
        has_chat_template="".join(str(value.get("template", "-")).split()) != "{{.Prompt}}",
    )


def greatest_window(model: OllamaModel, *, configured: int, in_use: int) -> int:
    """How many tokens a request to a model may hold at most.

    Args:
        model: As described.
        configured: The provider's option `num_ctx`; 0 without.
        in_use: The context that it is loaded with; 0 when it is not loaded.
    """
    wanted = configured or max(in_use, model.num_ctx, LARGEST_CONTEXT_TOKENS)
    return min(wanted, model.trained_tokens) if model.trained_tokens else wanted


def choose_window(model: OllamaModel, parameters: JsonObject, *, configured: int, used: int, characters: int) -> int:
    """The context to ask for: what the request says, else enough for it, and never less than before.

    Args:
        model: As described.
        parameters: The request's; `num_ctx` and `num_predict` count.
        configured: The provider's option `num_ctx`; 0 without.
        used: The largest context asked for so far; 0 at first.
        characters: The length of the request's messages.
    """
    most = greatest_window(model, configured=configured, in_use=used)
    asked = read_count(parameters.get("num_ctx"))
    if not asked:
        longest = read_count(parameters.get("num_predict")) or read_count(parameters.get("max_tokens")) or 1024
        asked = configured or model.num_ctx or DEFAULT_CONTEXT_TOKENS
        while asked < characters // 2 + longest and asked < most:  # two characters a token: more than any text has
            asked *= 2
        asked = min(asked, most)
    window = max(asked, used)
    return min(window, model.trained_tokens) if model.trained_tokens else window
