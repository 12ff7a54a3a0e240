"""The settings that requests to models go by."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from moe.contracts.budget import Budget, Budgets
from moe_core.loading.config.settings import Settings
from moe_core.loading.settings import (
    KernelConfig,
    ModelEntry,
    ProviderOrder,
    ProviderSwitch,
    RouteThresholds,
    RoutingSettings,
)
from moe_core.text.secrets import ask_for_scheme, is_reference


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


class AskingSettings(RoutingSettings):
    """What requests to models read of config/system.yaml."""

    embeddings: str = Field(
        "", description="provider:model that makes vectors for dense and hybrid; empty takes the model on this machine"
    )
    record_prompts: bool = Field(
        True, description="Keep what is sent to language models, and what they reply, with the record of each run"
    )
    enable_caching: bool = Field(False, description="Keep models' answers in the workspace, for identical requests")
    cache_megabytes: int = Field(
        64, ge=1, le=1_000_000, description="Room for them; what was used longest ago goes first"
    )
    resilience: ResilienceSettings = Field(default_factory=ResilienceSettings)
    budgets: Budgets = Field(default_factory=lambda: Budgets(run=Budget(max_requests=250)))


class AnswerThresholds(RouteThresholds):
    """What answering reads of config/thresholds.yaml."""

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


class ModelSettings(ModelEntry):
    """One entry of config/models.yaml, with limits and prices.

    They concern the model that `base` names, or without one the model of the entry's own name.
    """

    max_concurrent: int | None = Field(None, ge=1, le=10_000, description="Requests to this model at once")
    requests_per_minute: int | None = Field(
        None, ge=1, le=1_000_000, description="Requests to this model in any minute"
    )
    prices: PriceSettings | None = Field(None, description="What its tokens cost")

    @property
    def describes_model(self) -> bool:
        """Whether it has limits or prices."""
        return not (self.max_concurrent is None and self.requests_per_minute is None and self.prices is None)


class ProviderEntry(ProviderSwitch):
    """How one provider reaches its server."""

    base_url: str = ""
    api_key: str = Field("", description="Where the key is: env:NAME, file:/PATH, keyring:SERVICE/NAME, vault:PATH#KEY")
    api_key_env: str = Field("", description="Environment variable that holds the key; the same as api_key: env:NAME")
    timeout_seconds: float = Field(120.0, gt=0, le=86_400)
    max_concurrent: int | None = Field(None, ge=1, le=10_000, description="Requests to its server at once")
    requests_per_minute: int | None = Field(
        None, ge=1, le=1_000_000, description="Requests to its server in any minute"
    )
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def key_setting(self) -> str:
        """The setting that says where the key is; "" where none does."""
        return "api_key" if self.api_key else "api_key_env" if self.api_key_env else ""

    @model_validator(mode="after")
    def _check_key(self) -> "ProviderEntry":
        if self.api_key and self.api_key_env:
            raise ValueError("an entry has either api_key or api_key_env")
        if self.api_key and not is_reference(self.api_key):
            near = ask_for_scheme(self.api_key) or "the key itself never stands in a setting"
            raise ValueError(f"api_key says where the key is, as env:MY_KEY; {near}")
        if is_reference(self.api_key_env):
            raise ValueError("api_key_env is a variable's name; such a reference stands in api_key")
        return self


class ProvidersSettings(ProviderOrder):
    """config/providers.yaml."""

    providers: Mapping[str, ProviderEntry] = Field(default_factory=dict)


class AskingConfig(KernelConfig):
    """The part of the configuration that models are asked by."""

    system: AskingSettings = Field(default_factory=AskingSettings)
    thresholds: AnswerThresholds = Field(default_factory=AnswerThresholds)
    models: Mapping[str, ModelSettings] = Field(default_factory=dict)
    providers: ProvidersSettings = Field(default_factory=ProvidersSettings)
    structured_prompts: dict[str, str] = Field(default_factory=dict)
