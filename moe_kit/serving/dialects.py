"""The servers behind the OpenAI protocol: how each is recognised, and in what it differs."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from moe_core.contracts.model import SchemaSupport
from moe_kit.serving.addresses import ServerAddress

_BASIC = frozenset(
    """type properties required additionalProperties items enum const anyOf $ref $defs title description""".split()
)
_RANGES = frozenset("minimum maximum minItems maxItems".split())
_STRINGS = frozenset("minLength maxLength pattern format".split())
_EXCLUSIVE = frozenset("exclusiveMinimum exclusiveMaximum multipleOf".split())

LLAMA_SCHEMA = SchemaSupport(
    keywords=(_BASIC - {"title", "description"}) | _RANGES | _STRINGS | {"oneOf", "allOf"}, wants_bounds=True
)
"""What llama.cpp's grammars hold a reply to, by running them; Ollama hands its schemas to the same code."""
_VLLM_SCHEMA = SchemaSupport(
    keywords=_BASIC | _RANGES | _STRINGS | {"oneOf", "prefixItems", "exclusiveMinimum", "exclusiveMaximum"}
)
_STRICT_SCHEMA = SchemaSupport(keywords=_BASIC | _RANGES | _EXCLUSIVE | {"pattern", "format"}, wants_all_required=True)
_PLAIN_SCHEMA = SchemaSupport(keywords=_BASIC, wants_all_required=True)
NO_SCHEMA = SchemaSupport()
"""Of a server that refuses schemas."""


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of server.

    Attributes:
        name: What people call it.
        schema: What of a JSON schema it enforces.
        is_strict: Schemas are marked `strict`.
        samplers: Parameters beyond OpenAI's own, from their Ollama names to its names.
        thinking: How reasoning is switched: "template" (chat_template_kwargs), "effort" (reasoning_effort), or "".
        max_tokens: What it calls the longest answer.
        tokenizer: Whose endpoint counts tokens: "llama.cpp", "vllm", or "".
        context_tokens: What its models read at least, where it never says; 0 when it says.
    """

    name: str
    schema: SchemaSupport = _PLAIN_SCHEMA
    is_strict: bool = False
    samplers: Mapping[str, str] = msgspec.field(default_factory=dict)
    thinking: str = ""
    max_tokens: str = "max_tokens"
    tokenizer: str = ""
    context_tokens: int = 0


LLAMA_CPP = Dialect(
    name="llama.cpp",
    schema=LLAMA_SCHEMA,
    samplers={name: name for name in ("top_k", "min_p", "typical_p", "repeat_penalty", "repeat_last_n")},
    thinking="template",
    tokenizer="llama.cpp",
)
VLLM = Dialect(
    name="vLLM",
    schema=_VLLM_SCHEMA,
    samplers={"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"},
    thinking="template",
    tokenizer="vllm",
)
SGLANG = Dialect(
    name="SGLang",
    schema=_VLLM_SCHEMA,
    samplers={"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"},
    thinking="template",
)
LM_STUDIO = Dialect(
    name="LM Studio",
    schema=LLAMA_SCHEMA,
    samplers={"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repeat_penalty"},
)
OLLAMA = Dialect(name="Ollama's OpenAI layer", schema=LLAMA_SCHEMA, thinking="effort")
OPENAI = Dialect(
    name="OpenAI",
    schema=_STRICT_SCHEMA,
    is_strict=True,
    thinking="effort",
    max_tokens="max_completion_tokens",
    context_tokens=128_000,
)
GEMINI = Dialect(
    name="Gemini's OpenAI layer",
    schema=SchemaSupport(keywords=_BASIC | _RANGES | {"format", "prefixItems"}),
    thinking="effort",
    context_tokens=1_000_000,
)
ANTHROPIC = Dialect(name="Anthropic's OpenAI layer", is_strict=True, context_tokens=200_000)
NVIDIA = Dialect(name="NVIDIA's hosted NIM", schema=_VLLM_SCHEMA, context_tokens=128_000)
GENERIC = Dialect(name="an OpenAI-compatible server")

_HOSTS = {
    "api.openai.com": OPENAI,
    "generativelanguage.googleapis.com": GEMINI,
    "api.anthropic.com": ANTHROPIC,
    "integrate.api.nvidia.com": NVIDIA,
}
_KEY_VARIABLES = {
    "api.openai.com": "OPENAI_API_KEY",
    "generativelanguage.googleapis.com": "GEMINI_API_KEY",
    "api.anthropic.com": "ANTHROPIC_API_KEY",
    "integrate.api.nvidia.com": "NVIDIA_API_KEY",
}
_OWNERS = {
    "llamacpp": LLAMA_CPP,
    "vllm": VLLM,
    "sglang": SGLANG,
    "organization_owner": LM_STUDIO,
    "library": OLLAMA,
}
_CONTEXT_KEYS = ("max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length")


def dialect_of_host(host: str) -> Dialect | None:
    """The dialect that an address alone tells."""
    if host.endswith((".openai.azure.com", ".cognitiveservices.azure.com")):
        return OPENAI
    return _HOSTS.get(host)


def key_variable_of(address: ServerAddress) -> str:
    """The environment variable in which a hosted service's key is customarily kept; "" for all other servers."""
    scheme, host, port = address.origin
    return _KEY_VARIABLES.get(host, "") if (scheme, port) == ("https", 443) else ""


def recognise(models: Sequence[Mapping[str, Any]]) -> Dialect | None:
    """The dialect that a listing of models tells; None when it tells nothing."""
    for entry in models:
        owner = str(entry.get("owned_by") or "").lower()
        if owner in _OWNERS:
            return _OWNERS[owner]
        if isinstance(entry.get("meta"), dict) and "n_ctx_train" in entry["meta"]:
            return LLAMA_CPP
        if "max_model_len" in entry:
            return VLLM
    return None


def find_context_tokens(entry: Mapping[str, Any]) -> int | None:
    """How many tokens a model reads, from its entry in any server's listing."""
    for key in _CONTEXT_KEYS:
        if (size := _positive(entry.get(key))) is not None:
            return size
    meta = entry.get("meta")
    if isinstance(meta, dict):
        return _positive(meta.get("n_ctx")) or _positive(meta.get("n_ctx_train"))
    return None


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
