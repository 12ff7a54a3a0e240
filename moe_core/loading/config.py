"""The settings that configuration files, the environment and flags add up to."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """A part of the configuration: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RoleModels(Settings):
    """One line a role replaces the base model of all its agents; null keeps what their modelfiles say."""

    camina: str | None = None
    belter: str | None = None
    drummer: str | None = None
    observer: str | None = None


class SystemSettings(Settings):
    """config/system.yaml."""

    provider: str = Field(
        "auto", description="Provider for every agent; auto takes the first healthy of providers.order"
    )
    roles: RoleModels = Field(default_factory=RoleModels)
    retriever: str = Field("lexical", description="Retriever that searches the documents")
    walkers: tuple[str, ...] = Field(
        ("generalist",), description="Personas who walk the documents' graph; none keeps the retriever's order"
    )
    traversal: str = Field("belief", description="How personas walk that name no strategy of their own")
    max_nodes: int = Field(600, ge=10, description="Passages in the graph of one question")
    workspace: str = Field(".moe", description="Folder of the workspace, below the project")
    record: bool = Field(True, description="Keep a record of every run in the workspace")
    deadline_seconds: float = Field(120.0, gt=0, description="Longest a run may take")
    max_parallel: int = Field(8, ge=1, description="Tasks that run at once")
    max_belters: int = Field(2, ge=1, description="Belters that the router may choose for one request")
    max_evidence: int = Field(8, ge=1, description="Passages a task reads at most")
    seed: int = Field(0, description="Seed sent to the models")


class ThresholdSettings(Settings):
    """config/thresholds.yaml."""

    route_share: float = Field(0.75, ge=0, le=1, description="A further Belter must reach this share of the best score")
    evidence_coverage: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Share of the question's weight that evidence must cover to be used without a model",
    )


class ModelSettings(Settings):
    """One entry of config/models.yaml: an alias for a model, or with `type` an agent of that layer."""

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
    timeout_seconds: float = Field(120.0, gt=0)
    enabled: bool = True
    options: dict[str, Any] = Field(default_factory=dict)


class ProvidersSettings(Settings):
    """config/providers.yaml."""

    order: tuple[str, ...] = ("extractive",)
    providers: dict[str, ProviderEntry] = Field(default_factory=dict)


class Config(Settings):
    """The whole configuration, one field a file in config/."""

    system: SystemSettings = SystemSettings()
    thresholds: ThresholdSettings = ThresholdSettings()
    models: dict[str, ModelSettings] = Field(default_factory=dict)
    tools: dict[str, ToolSettings] = Field(default_factory=dict)
    providers: ProvidersSettings = Field(default_factory=ProvidersSettings)
    structured_prompts: dict[str, str] = Field(default_factory=dict)
