"""The settings that configuration files, the environment and flags add up to."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from moe_core.contracts.budget import SECONDS_MAX, Budget, Budgets


class Settings(BaseModel):
    """A part of the configuration: frozen, and strict about unknown keys.

    Upper bounds of numbers are far above any use; they catch slips of the keyboard, and what no clock or counter holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class RoleModels(Settings):
    """One line a role replaces the base model of all its agents; null keeps what their modelfiles say."""

    camina: str | None = None
    belter: str | None = None
    drummer: str | None = None
    observer: str | None = None


class ResilienceSettings(Settings):
    """How calls to models are held to time, asked again and spread."""

    attempts_max: int = Field(
        3, ge=1, le=100, description="Requests at most for one call to a model; 1 never asks again"
    )
    wait_first_seconds: float = Field(
        0.5, gt=0, le=3600, description="Longest wait before the second request; doubles each time"
    )
    wait_max_seconds: float = Field(20.0, gt=0, le=86_400, description="Longest wait before any request")
    breaker_failures: int = Field(5, ge=1, le=1000, description="Failures in a row after which a server is left alone")
    breaker_rest_seconds: float = Field(30.0, gt=0, le=86_400, description="How long a failing server is left alone")
    local_max_concurrent: int | None = Field(
        4,
        ge=1,
        le=1000,
        description="Requests at once to a server on this machine, when its provider's entry does not say",
    )


class DocumentSettings(Settings):
    """What reading one file of the documents may take, and which files count."""

    memory_megabytes: int = Field(
        512, ge=128, le=1 << 20, description="Memory that reading one file may need; a reader itself needs 80 MB"
    )
    seconds: float = Field(30.0, gt=0, le=86_400, description="Longest that reading one file may take")
    max_characters: int = Field(
        5_000_000, ge=10_000, le=100_000_000, description="Text of one document that is read; the rest is left out"
    )
    processes: int | None = Field(
        None, ge=1, le=64, description="Processes that read files at once; null for one a processor, four at most"
    )
    follow_links: bool = Field(False, description="Read what links in a folder of documents lead to outside of it")
    loaders: dict[str, str] = Field(
        default_factory=dict, description="By ending, as .pdf: the loader that reads it, where several could"
    )


class SystemSettings(Settings):
    """config/system.yaml."""

    provider: str = Field(
        "auto", description="Provider for every agent; auto takes the first healthy of providers.order"
    )
    roles: RoleModels = Field(default_factory=RoleModels)
    retriever: str = Field("lexical", description="Retriever that searches the documents")
    embeddings: str = Field(
        "", description="provider:model that makes vectors for dense and hybrid; empty takes the model on this machine"
    )
    walkers: tuple[str, ...] = Field(
        ("generalist",), description="Personas who walk the documents' graph; none keeps the retriever's order"
    )
    traversal: str = Field("belief", description="How personas walk that name no strategy of their own")
    max_nodes: int = Field(600, ge=10, le=100_000, description="Passages in the graph of one question")
    workspace: str = Field(".moe", description="Folder of the workspace, below the project")
    record: bool = Field(True, description="Keep a record of every run in the workspace")
    web: bool = Field(False, description="Tools may reach the network although documents are given")
    deadline_seconds: float = Field(120.0, gt=0, le=SECONDS_MAX, description="Longest a run may take")
    max_parallel: int = Field(8, ge=1, le=1000, description="Tasks that run at once")
    max_plan_tasks: int = Field(12, ge=1, le=256, description="Tasks of one plan that are done; the rest is left out")
    max_belters: int = Field(2, ge=1, le=100, description="Belters that the router may choose for one request")
    max_evidence: int = Field(8, ge=1, le=1000, description="Passages a task reads at most")
    seed: int = Field(0, ge=-(2**63), lt=2**63, description="Seed sent to the models")
    enable_caching: bool = Field(False, description="Keep models' answers in the workspace, for identical requests")
    cache_megabytes: int = Field(
        64, ge=1, le=1_000_000, description="Room for them; what was used longest ago goes first"
    )
    documents: DocumentSettings = Field(default_factory=DocumentSettings)
    resilience: ResilienceSettings = Field(default_factory=ResilienceSettings)
    budgets: Budgets = Budgets(run=Budget(max_requests=250))


class RefreshPolicy(StrEnum):
    """What happens when an index is behind its files."""

    ASK = "ask"
    AUTO = "auto"
    NEVER = "never"


class IndexSettings(Settings):
    """config/index.yaml."""

    refresh: RefreshPolicy = Field(
        RefreshPolicy.AUTO, description="Whether files that have changed are read again before a question is answered"
    )
    refresh_max_megabytes: float = Field(
        1.0, ge=0, description="Changed files, together, up to which auto does so without asking"
    )


class ThresholdSettings(Settings):
    """config/thresholds.yaml."""

    route_share: float = Field(0.75, ge=0, le=1, description="A further Belter must reach this share of the best score")
    evidence_coverage: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Share of the question's weight that evidence must cover to be used without a model",
    )


class PriceSettings(Settings):
    """What a model's tokens cost, in any unit of money."""

    prompt_per_million: float = Field(0.0, ge=0, le=1e12)
    completion_per_million: float = Field(0.0, ge=0, le=1e12)


class ModelSettings(Settings):
    """One entry of config/models.yaml: an alias for a model, or with `type` an agent of that layer.

    Limits and prices concern the model that `base` names, or without one the model of the entry's own name.
    """

    type: Literal["camina", "belter", "drummer", "observer"] | None = None
    base: str | None = Field(None, description="model:version it stands for")
    provider: str | None = None
    port: int | None = Field(None, ge=1, le=65535, description="Port of its server on this machine")
    base_url: str | None = Field(None, description="Address of its server, in place of port")
    capabilities: tuple[str, ...] = ()
    description: str = ""
    system: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    enabled: bool = True
    use: str | None = Field(None, description="Plugin whose entry of this name is meant, when several bring it")
    max_concurrent: int | None = Field(None, ge=1, le=10_000, description="Requests to this model at once")
    requests_per_minute: int | None = Field(
        None, ge=1, le=1_000_000, description="Requests to this model in any minute"
    )
    prices: PriceSettings | None = Field(None, description="What its tokens cost")

    @property
    def describes_model(self) -> bool:
        """Whether it says something of a model, so that it needs neither type nor base."""
        return not (self.max_concurrent is None and self.requests_per_minute is None and self.prices is None)


class ToolSettings(Settings):
    """One entry of config/tools.yaml: parameters, alias, registration or removal of a tool."""

    category: str | None = None
    description: str | None = None
    capabilities: tuple[str, ...] | None = None
    parameters: dict[str, Any] | None = Field(None, description="Parameter schema in the modelfile's shorthand")
    settings: dict[str, Any] = Field(default_factory=dict, description="Handed to the tool as context.settings")
    reference: str | None = Field(None, alias="class", description="module:Class to register under this name")
    alias: str | None = Field(None, description="Registered tool that this name stands for")
    enabled: bool = True
    use: str | None = Field(None, description="Plugin whose tool of this name is meant, when several bring it")


class ProviderEntry(Settings):
    """How one provider reaches its server."""

    base_url: str = ""
    api_key_env: str = Field("", description="Environment variable that holds the key")
    timeout_seconds: float = Field(120.0, gt=0, le=86_400)
    max_concurrent: int | None = Field(None, ge=1, le=10_000, description="Requests to its server at once")
    requests_per_minute: int | None = Field(
        None, ge=1, le=1_000_000, description="Requests to its server in any minute"
    )
    enabled: bool = True
    options: dict[str, Any] = Field(default_factory=dict)


class ProvidersSettings(Settings):
    """config/providers.yaml."""

    order: tuple[str, ...] = ("ollama", "openai", "nemotron", "extractive")
    providers: dict[str, ProviderEntry] = Field(default_factory=dict)


class Config(Settings):
    """The whole configuration, one field a file in config/."""

    system: SystemSettings = Field(default_factory=SystemSettings)
    index: IndexSettings = Field(default_factory=IndexSettings)
    thresholds: ThresholdSettings = Field(default_factory=ThresholdSettings)
    models: dict[str, ModelSettings] = Field(default_factory=dict)
    tools: dict[str, ToolSettings] = Field(default_factory=dict)
    providers: ProvidersSettings = Field(default_factory=ProvidersSettings)
    structured_prompts: dict[str, str] = Field(default_factory=dict)
