"""Limits and prices of models, from config/models.yaml."""

import pytest

from moe.asking.servers.model_settings import find_model_facts
from moe.asking.settings import ModelSettings, PriceSettings
from moe.asking.spending.prices import PriceList
from moe_core.contracts.messages import Usage

PRICES = PriceSettings(prompt_per_million=2.0, completion_per_million=10.0)


def test_an_entry_speaks_of_its_own_name_or_of_what_it_stands_for():
    facts = find_model_facts(
        {
            "small": ModelSettings(base="tiny", max_concurrent=2),
            "tiny": ModelSettings(base="llama:3b", requests_per_minute=9),
            "big": ModelSettings(prices=PRICES),
            "writer": ModelSettings(type="belter", base="big", max_concurrent=1),
            "other": ModelSettings(base="big"),
            "off": ModelSettings(max_concurrent=1, enabled=False),
        }
    )
    assert {name: (f.max_concurrent, f.requests_per_minute, f.prices) for name, f in facts.items()} == {
        "llama:3b": (2, 9, None),
        "big": (1, None, PRICES),
    }


def test_names_that_go_round_in_a_circle_end():
    entries = {"a": ModelSettings(base="b", max_concurrent=1), "b": ModelSettings(base="a")}
    assert list(find_model_facts(entries)) == ["a"]


def test_prices_are_for_a_million_tokens():
    prices = PriceList({"m": ModelSettings(prices=PRICES)})
    priced = prices.price(Usage(prompt_tokens=1_000_000, completion_tokens=500_000, requests=1), "m")
    assert priced.cost == pytest.approx(2.0 + 5.0)
    assert (priced.prompt_tokens, priced.requests) == (1_000_000, 1)


def test_a_model_without_prices_keeps_the_cost_its_provider_tells():
    usage = Usage(prompt_tokens=5, cost=0.25)
    assert PriceList({}).price(usage, "m") == usage
