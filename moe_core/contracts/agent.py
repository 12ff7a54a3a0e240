"""An agent as its modelfile declares it."""

from dataclasses import dataclass, field
from enum import StrEnum

from moe_core.contracts.wire import JsonObject


class Role(StrEnum):
    """The four layers.

    Attributes:
        CAMINA: Plans, and writes the answer.
        BELTER: Works on one part of the question.
        DRUMMER: Does one small task, with tools.
        OBSERVER: Reads every event and notes what stands out.
    """

    CAMINA = "camina"
    BELTER = "belter"
    DRUMMER = "drummer"
    OBSERVER = "observer"


def name_agent(role: str, name: str) -> str:
    """An agent as a message names it: its layer and its name, once where they are one word."""
    return name if name == role else f"{role} {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Who serves an agent when its base cannot: a provider, a model, or both.

    Attributes:
        provider: Its name, or "" for the same one.
        model: "model:version", or "" for the same one.
    """

    provider: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool that an agent may use, with the settings its modelfile gives it.

    Attributes:
        name: The tool's short name or full id.
        settings: What the modelfile sets.
        reference: An import path ("package.module:Class") when the modelfile names one, or "".
    """

    name: str
    settings: JsonObject = field(default_factory=dict)
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One agent.

    Attributes:
        name: Unique within its role; NAME, or the file's stem.
        role: Its layer.
        base: "model:version" as FROM says.
        system: The system prompt.
        description: One line for listings and routing.
        version: The modelfile's own version, or "".
        capabilities: What it offers, as words.
        parameters: Runtime options for the model (temperature, num_ctx, stop, ...).
        inputs: JSON Schema of the request parameters it declares.
        tools: What it may use.
        response_schema: JSON Schema of its own answer, or None.
        fallbacks: In order.
        examples: Requests it is made for; the router learns from them.
        meta: Everything else from META.
        urls: Addresses of workers that do its tasks, as the configuration names them; () where they are done here.
    """

    name: str
    role: Role
    base: str
    system: str = ""
    description: str = ""
    version: str = ""
    capabilities: tuple[str, ...] = ()
    parameters: JsonObject = field(default_factory=dict)
    inputs: JsonObject = field(default_factory=dict)
    tools: tuple[ToolUse, ...] = ()
    response_schema: JsonObject | None = None
    fallbacks: tuple[Fallback, ...] = ()
    examples: tuple[str, ...] = ()
    meta: JsonObject = field(default_factory=dict)
    urls: tuple[str, ...] = ()
