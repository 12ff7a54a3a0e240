"""Any server that speaks the OpenAI protocol: llama.cpp, vLLM, LM Studio, SGLang, and hosted ones."""

from moe_core import ModelProvider, hookimpl
from moe_kit.serving.openai_protocol import OpenAIProtocolProvider

__all__ = ["OpenAIProvider", "moe_model_providers"]


class OpenAIProvider(OpenAIProtocolProvider):
    """Asks an OpenAI-compatible server; which one it is is found out by asking it."""

    name = "openai"
    summary = "Any OpenAI-compatible server: llama.cpp, vLLM, LM Studio, or a hosted one"
    start_hint = "start one, for example llama-server -m MODEL.gguf"


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """OpenAI-compatible servers."""
    return [OpenAIProvider]
