"""What a call costs in money, by the prices of config/models.yaml."""

from collections.abc import Mapping
from dataclasses import replace

from moe.asking.servers.model_settings import find_model_facts
from moe.asking.settings import ModelSettings, PriceSettings
from moe_core.contracts.messages import Usage

_MILLION = 1_000_000  # tokens, by which providers tell prices


class PriceList:
    """Prices by the model's name on its server; a model without prices costs nothing."""

    def __init__(self, models: Mapping[str, ModelSettings]) -> None:
        facts = find_model_facts(models)
        self._prices = {name: entry.prices for name, entry in facts.items() if entry.prices is not None}

    def __repr__(self) -> str:
        return f"<PriceList of {len(self._prices)} models>"

    def find(self, model: str) -> PriceSettings | None:
        """A model's prices, if it has some."""
        return self._prices.get(model)

    def price(self, usage: Usage, model: str) -> Usage:
        """The usage with its cost; what a provider has put there itself stays when the model has no prices."""
        prices = self._prices.get(model)
        if prices is None:
            return usage
        cost = usage.prompt_tokens * prices.prompt_per_million + usage.completion_tokens * prices.completion_per_million
        return replace(usage, cost=cost / _MILLION)
