"""The settings that the kernel itself goes by: what is registered, and who serves and is chosen."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from moe_core.loading.config.settings import Settings


class RoleModels(Settings):
    """One line a role replaces the base model of all its agents; null keeps what their modelfiles say."""

    camina: str | None = None
    belter: str | None = None
    drummer: str | None = None
    observer: str | None = None


class RoutingSettings(Settings):
    """What the router and the chain of a run read of config/system.yaml."""

    provider: str = Field(
        "auto", description="Provider for every agent; auto takes the first healthy of providers.order"
    )
    roles: RoleModels = Field(default_factory=RoleModels)
    retriever: str = Field("lexical", description="Retriever that searches the documents")
    walkers: tuple[str, ...] = Field(
        ("generalist",), description="Personas who walk the documents' graph; none keeps the retriever's order"
    )
    traversal: str = Field("belief", description="How personas walk that name no strategy of their own")
    max_belters: int = Field(2, ge=1, le=100, description="Belters that the router may choose for one request")


class RouteThresholds(Settings):
    """What the router reads of config/thresholds.yaml."""

    route_share: float = Field(0.75, ge=0, le=1, description="A further Belter must reach this share of the best score")


class ModelEntry(Settings):
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

    @property
    def describes_model(self) -> bool:
        """Whether it says something of a model, so that it needs neither type nor base."""
        return False


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
    exposed: bool = Field(False, description="Clients of `moe mcp serve` may call it")
    use: str | None = Field(None, description="Plugin whose tool of this name is meant, when several bring it")


class ProviderSwitch(Settings):
    """Whether one provider counts."""

    enabled: bool = True


class ProviderOrder(Settings):
    """The providers that count, and the order in which `auto` tries them."""

    order: tuple[str, ...] = ("ollama", "openai", "nemotron", "reader", "extractive")
    providers: Mapping[str, ProviderSwitch] = Field(default_factory=dict)


class KernelConfig(Settings):
    """The part of the configuration that registries and routes are made by, one field a file in config/."""

    system: RoutingSettings = Field(default_factory=RoutingSettings)
    thresholds: RouteThresholds = Field(default_factory=RouteThresholds)
    models: Mapping[str, ModelEntry] = Field(default_factory=dict)
    tools: dict[str, ToolSettings] = Field(default_factory=dict)
    providers: ProviderOrder = Field(default_factory=ProviderOrder)
