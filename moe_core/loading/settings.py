"""The settings that the kernel itself goes by: what is registered, and who serves and is chosen."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from moe_core.contracts.effect import Effect
from moe_core.loading.config.settings import Settings
from moe_core.text.secrets import ask_for_scheme, is_reference


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
    walkers: tuple[str, ...] | None = Field(
        None,
        description="Personas who walk the documents' graph; null chooses them for each question, [] keeps the "
        "retriever's order",
    )
    traversal: str = Field("belief", description="How personas walk that name no strategy of their own")
    retrievers: Mapping[str, Mapping[str, Any]] = Field(
        default_factory=dict, description="By name, what a retriever lets you set"
    )
    traversals: Mapping[str, Mapping[str, Any]] = Field(
        default_factory=dict, description="By name, what a traversal strategy lets you set"
    )
    scorers: Mapping[str, Mapping[str, Any]] = Field(
        default_factory=dict, description="By name, what a scorer lets you set"
    )
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
    url: str | tuple[str, ...] = Field(
        (), description="Where the agent's tasks are done: the address of a worker, or several"
    )
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

    @property
    def urls(self) -> tuple[str, ...]:
        """All of its addresses of workers."""
        return (self.url,) if isinstance(self.url, str) else self.url


class McpServer(Settings):
    """A server of the Model Context Protocol: started by its command, or asked at its address."""

    command: tuple[str, ...] = Field((), description="What is started, with its arguments")
    url: str = Field("", description="Of its streamable HTTP endpoint: https, or on this machine")
    env: tuple[str, ...] = Field((), description="Names of environment variables that a started server is given")
    token: str = Field(
        "", description="Where the bearer token for url is: env:NAME, file:/PATH, keyring:SERVICE/NAME, vault:PATH#KEY"
    )
    token_env: str = Field("", description="Environment variable that holds it; the same as token: env:NAME")
    effects: tuple[Effect, ...] = Field((Effect.NET,), description="What its tools do beside computing")
    repeats: Literal["safe", "ask"] = Field(
        "ask",
        description="Whether a call that a run was broken off in is made again: safe, or ask, where a person decides",
    )
    asks_first: bool = Field(False, description="Whether a person decides on each call in a run before it is made")
    timeout_seconds: float = Field(60.0, gt=0, description="For one call, starting the server included")

    @model_validator(mode="after")
    def _check_place(self) -> "McpServer":
        if bool(self.command) == bool(self.url):
            raise ValueError("a server has either command or url")
        if self.url and not re.match(r"https://|http://(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|\Z)", self.url):
            raise ValueError("url is https, or http on this machine")
        if self.token and self.token_env:
            raise ValueError("a server has either token or token_env")
        if self.token and not is_reference(self.token):
            near = ask_for_scheme(self.token) or "it never stands in a setting itself"
            raise ValueError(f"token says where the token is, as env:MY_TOKEN; {near}")
        if (self.token or self.token_env) and not self.url:
            name = "token" if self.token else "token_env"
            raise ValueError(f"{name} is for url; a started server gets env")
        return self


class ToolSettings(Settings):
    """One entry of config/tools.yaml: parameters, alias, registration or removal of a tool."""

    category: str | None = None
    description: str | None = None
    capabilities: tuple[str, ...] | None = None
    parameters: dict[str, Any] | None = Field(None, description="Parameter schema in the modelfile's shorthand")
    settings: dict[str, Any] = Field(default_factory=dict, description="Handed to the tool as context.settings")
    reference: str | None = Field(None, alias="class", description="module:Class to register under this name")
    asks_first: bool | None = Field(
        None, description="Whether a person decides on each call in a run before it is made; without, as the tool says"
    )
    alias: str | None = Field(None, description="Registered tool that this name stands for")
    mcp: McpServer | None = Field(None, description="MCP server whose tools are offered as <entry>_<tool>")
    enabled: bool = True
    exposed: bool = Field(False, description="Clients of `moe mcp serve` may call it")
    use: str | None = Field(None, description="Plugin whose tool of this name is meant, when several bring it")


class PluginSwitch(Settings):
    """Whether one plugin counts."""

    enabled: bool = True


class PluginSettings(Settings):
    """config/plugins.yaml: by which rule plugins run, beside a switch for each by its id."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, PluginSwitch] = Field(init=False)

    policy: Literal["open", "locked"] = Field(
        "open", description="locked runs only what moe.lock names, as it names it; a project may only lock"
    )

    @property
    def switches(self) -> Mapping[str, bool]:
        """By plugin id, whether it counts."""
        return {name: switch.enabled for name, switch in self.__pydantic_extra__.items()}


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
    plugins: PluginSettings = Field(default_factory=PluginSettings)
    providers: ProviderOrder = Field(default_factory=ProviderOrder)
