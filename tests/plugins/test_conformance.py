"""The conformance kit, run on every bundled plugin that discovery finds."""

from pathlib import Path
from tempfile import gettempdir

import pytest

from moe.configuration import Config
from moe_core.contracts.model import ProviderSettings
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.testing import (
    check_persona,
    check_provider,
    check_retriever,
    check_scorer,
    check_tool,
    check_traversal,
)

NOWHERE = Path(gettempdir()) / "moe-tests-without-a-folder"
REGISTRY = build_registry(
    Config(), Locations(bundled=find_bundled_root(), user=NOWHERE, project=NOWHERE), with_distributions=False
)
# A port of this machine where nothing listens: providers that need a server find none.
NO_SERVER = ProviderSettings(base_url="http://127.0.0.1:9", timeout_seconds=2)


def each(catalog):
    """One test an entry, named after it."""
    return pytest.mark.parametrize("entry", list(catalog), ids=[entry.name for entry in catalog])


def test_everything_bundled_loads_and_no_name_is_brought_twice():
    assert [f"{problem.plugin}: {problem.message}" for problem in REGISTRY.problems] == []


@each(REGISTRY.tools)
def test_a_bundled_tool_holds_to_its_contract(entry):
    check_tool(entry.value)
    assert entry.category


@pytest.mark.anyio
@each(REGISTRY.model_providers)
async def test_a_bundled_provider_holds_to_its_contract(entry):
    provider = entry.value(NO_SERVER)
    try:
        await check_provider(provider)
    finally:
        await provider.close()


@each(REGISTRY.retrievers)
def test_a_bundled_retriever_holds_to_its_contract(entry, monkeypatch):
    monkeypatch.setenv("MOE_EMBEDDING_MODEL", "moe_core.testing.embedding:HashEmbedder")
    check_retriever(entry.value)


@pytest.mark.anyio
@each(REGISTRY.scorers)
async def test_a_bundled_scorer_holds_to_its_contract(entry):
    await check_scorer(entry.value)


@each(REGISTRY.traversals)
def test_a_bundled_traversal_holds_to_its_contract(entry):
    check_traversal(entry.value)


@each(REGISTRY.personas)
def test_a_bundled_persona_holds_to_its_contract(entry):
    check_persona(entry.value)
    assert not entry.value.traversal or len(REGISTRY.traversals) == 0 or entry.value.traversal in REGISTRY.traversals
