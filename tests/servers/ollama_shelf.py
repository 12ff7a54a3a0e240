"""The models that the Ollama stand-in has: installed, loaded, to be pulled."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

BORN = "2025-10-09T08:53:20Z"
FIRST = "tiny:latest"
KEEP_SECONDS = 300.0


def time_text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def full_name(name: str) -> str:
    """A model without a tag is the latest."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


@dataclass
class Shelf:
    """The models.

    Attributes:
        context_tokens: What each was trained to read at most.
        default_context_tokens: What it reads when a request does not say.
        parameters: The lines of the modelfile that /api/show tells, such as "num_ctx 2048".
        installed: Full names.
        pullable: The size in bytes of each that can be pulled.
    """

    context_tokens: int
    default_context_tokens: int
    capabilities: list[str]
    parameters: str = ""
    installed: list[str] = field(default_factory=lambda: [FIRST])
    pullable: dict[str, int] = field(default_factory=lambda: {"tiny-extra:latest": 40_000_000})
    _loaded: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def card(self, name: str) -> dict[str, Any]:
        """A model as the lists show it."""
        return {
            "name": name,
            "model": name,
            "modified_at": BORN,
            "size": 3_900_000,
            "digest": hashlib.sha256(name.encode()).hexdigest(),
            "details": {
                "parent_model": "",
                "format": "gguf",
                "family": "llama",
                "families": ["llama"],
                "parameter_size": "980K",
                "quantization_level": "F32",
            },
        }

    def about(self, name: str) -> dict[str, Any]:
        """A model as /api/show has it."""
        card = self.card(full_name(name))
        return {
            "modelfile": f"FROM {card['name']}\n",
            "parameters": self.parameters,
            "template": "{{ .Prompt }}",
            "details": card["details"],
            "model_info": {
                "general.architecture": "llama",
                "general.parameter_count": 980_000,
                "llama.context_length": self.context_tokens,
                "llama.embedding_length": 662,
            },
            "capabilities": self.capabilities,
            "modified_at": BORN,
        }

    def running(self) -> dict[str, Any]:
        """The loaded models."""
        alive = {name: place for name, place in self._loaded.items() if place[0] > datetime.now(UTC)}
        more = {name: {"expires_at": time_text(until), "context_length": size} for name, (until, size) in alive.items()}
        return {"models": [{**self.card(name), "size_vram": 0, **facts} for name, facts in more.items()]}

    def window(self, options: dict[str, Any]) -> int:
        """How many tokens a request with these options may hold."""
        return min(int(options.get("num_ctx") or self.default_context_tokens), self.context_tokens)

    def load(self, name: str, keep: timedelta, window: int) -> bool:
        """Keep a model loaded, or unload it when it is to be kept for no time at all; say which."""
        if keep:
            self._loaded[full_name(name)] = (datetime.now(UTC) + keep, window)
        else:
            self._loaded.pop(full_name(name), None)
        return bool(keep)

    def install(self, name: str) -> None:
        if full_name(name) not in self.installed:
            self.installed.append(full_name(name))

    def delete(self, name: str) -> None:
        self.installed.remove(full_name(name))
        self._loaded.pop(full_name(name), None)
