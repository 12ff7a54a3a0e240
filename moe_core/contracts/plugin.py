"""What plugins bring, and where it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from moe_core.contracts.agent import Role
from moe_core.contracts.effect import Effect
from moe_core.contracts.wire import JsonObject

T = TypeVar("T")

Origin = Literal["bundled", "user", "project", "path", "distribution", "config", "code", "workspace"]
PluginState = Literal["indexed", "active", "disabled", "untrusted", "incompatible", "invalid", "failed", "replaced"]


class Kind(StrEnum):
    """What a plugin can bring, agents apart: those are listed by their role."""

    TOOL = "tool"
    MODEL_PROVIDER = "model_provider"
    TRAVERSAL = "traversal"
    SCORER = "scorer"
    PERSONA = "persona"
    RETRIEVER = "retriever"
    LOADER = "loader"
    EXECUTOR = "executor"
    TRANSPORT = "transport"
    DISCOVERY = "discovery"


# Kinds whose settings stand in config/system.yaml, and the key that they stand under.
SETTINGS_KEYS: Mapping[Kind, str] = {
    Kind.RETRIEVER: "retrievers",
    Kind.TRAVERSAL: "traversals",
    Kind.SCORER: "scorers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSource:
    """Where an entry comes from.

    Attributes:
        plugin: The plugin's id: a distribution's name, or "bundled", "project", "user", ... and the path below it.
        origin: Which door it came through.
        location: The file or module.
        version: The plugin's version, or "".
    """

    plugin: str
    origin: Origin
    location: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Later(Generic[T]):
    """Something that is brought by a plugin which is not imported yet.

    Attributes:
        load: Imports the plugin and hands it over; raises `PluginError` when that fails.
    """

    load: Callable[[], T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[T]):
    """One named thing.

    Attributes:
        kind: A `Kind`, or a `Role` for an agent.
        name: The short name.
        offered: The class, persona or agent itself, or what imports it: see `load`.
        source: Who brought it.
        summary: One line.
        category: For listings, or "".
        capabilities: What it offers, as words.
        effects: What it does beside computing (tools).
        asks_first: A person decides on each call in a run before it is made (tools).
        schema: JSON Schema of its parameters (tools), or of its settings (retrievers, traversals, scorers); else {}.
        settings: From the configuration.
        alias_of: The name it stands for, or "".
    """

    kind: Kind | Role
    name: str
    offered: T | Later[T]
    source: PluginSource
    summary: str = ""
    category: str = ""
    capabilities: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    asks_first: bool = False
    schema: JsonObject = field(default_factory=dict)
    settings: JsonObject = field(default_factory=dict)
    alias_of: str = ""

    def load(self) -> T:
        """The class, persona or agent itself; imports the plugin that brings it.

        Raises:
            PluginError: The plugin cannot be imported any more.
        """
        return self.offered.load() if isinstance(self.offered, Later) else self.offered

    @property
    def value(self) -> T:
        """The same as `load` gives."""
        return self.offered.load() if isinstance(self.offered, Later) else self.offered

    @property
    def full_id(self) -> str:
        """The plugin's id, a colon and the short name."""
        return f"{self.source.plugin}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that was left out, and why.

    Attributes:
        plugin: The plugin, file or config entry.
        reason: A slug: "import", "syntax", "exit", "hook", "unknown_hook", "contract", "modelfile", "collision", ...
        message: One line.
        hint: The remedy, or "".
        location: File (with line, where known) or module.
    """

    plugin: str
    reason: str
    message: str
    hint: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """One plugin that was found.

    Attributes:
        state: "indexed" (known without being imported), "active" (imported here), or why it is not in use: "disabled",
            "untrusted", "incompatible" (another plugin API), "invalid" (against the contract), "failed" (its code
            raised, ended or hung), "replaced" (by a file of a later root).
        brings: Names by kind, as "tool", "persona", "belter", ...
        problems: What is wrong with it; one that is in use may have some too.
        output: What it printed while it was imported.
        seconds: How long importing it and asking for what it brings took, when that was last done.
    """

    source: PluginSource
    state: PluginState
    brings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    output: str = ""
    seconds: float | None = None

    @property
    def is_used(self) -> bool:
        """Whether what it brings counts."""
        return self.state in ("indexed", "active")
