import pytest

from moe_core.contracts.errors import NameUnknownError
from moe_core.loading.registry import Registry
from moe_core.routing.capability import find_by_capability
from moe_core.testing.doubles import make_tool
from moe_core.testing.registries import memory_registry


def test_everything_that_offers_a_capability_is_found_in_order() -> None:
    tools = [
        make_tool("web", capabilities=["search"]),
        make_tool("archive", capabilities=["Search", "old papers"]),
        make_tool("sums", capabilities=["arithmetic"]),
    ]
    registry = memory_registry(tools=tools)
    assert [entry.name for entry in find_by_capability(registry.tools, "search")] == ["archive", "web"]
    assert [entry.name for entry in find_by_capability(registry.tools, " OLD-papers ")] == ["archive"]


def test_a_name_counts_as_a_capability(bundled_registry: Registry) -> None:
    assert "research" in [entry.name for entry in find_by_capability(bundled_registry.belters, "Research")]


def test_an_agent_is_found_by_what_its_modelfile_offers(bundled_registry: Registry) -> None:
    assert [entry.name for entry in find_by_capability(bundled_registry.belters, "statistics")] == ["analysis"]


def test_a_capability_nobody_offers_names_the_nearest() -> None:
    registry = memory_registry(tools=[make_tool("sums", capabilities=["arithmetic"])])
    with pytest.raises(NameUnknownError, match="tool capability is named 'arithmetics'") as caught:
        find_by_capability(registry.tools, "arithmetics")
    assert caught.value.near == ("arithmetic",)
    assert caught.value.hint == "did you mean 'arithmetic'?"


def test_a_capability_far_from_all_lists_what_is_offered() -> None:
    registry = memory_registry(tools=[make_tool("sums", capabilities=["arithmetic"])])
    with pytest.raises(NameUnknownError) as caught:
        find_by_capability(registry.tools, "zzz")
    assert caught.value.hint == "tools offer: arithmetic, sums"


def test_an_empty_catalog_offers_nothing() -> None:
    with pytest.raises(NameUnknownError) as caught:
        find_by_capability(memory_registry().tools, "search")
    assert caught.value.hint == "tools offer: nothing"
