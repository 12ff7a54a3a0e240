"""A workspace with a store of personas, and two that a plugin brings."""

import pytest

from moe.experts.store import PersonaStore
from moe.storage.workspace import open_workspace
from moe_core import Persona, Tier, Traits
from moe_core.contracts.plugin import Entry, Kind, PluginSource
from moe_core.loading.registry import Catalog

SEEDS = (
    Persona(name="ann", description="Digs.", traits=Traits(depth=9), tier=Tier.STABLE),
    Persona(name="bob", description="Rests.", tier=Tier.EXPERIMENTAL),
)


@pytest.fixture
def seeds() -> Catalog[Persona]:
    source = PluginSource(plugin="bundled/plugins/personas/two.json", origin="bundled")
    return Catalog(Kind.PERSONA, [Entry(kind=Kind.PERSONA, name=one.name, offered=one, source=source) for one in SEEDS])


@pytest.fixture
def store(tmp_path, seeds) -> PersonaStore:
    return PersonaStore(workspace=open_workspace(tmp_path / ".moe"), seeds=seeds)
