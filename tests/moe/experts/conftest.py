"""A workspace with a store of personas, and two that a plugin brings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from moe.contracts.experts import ExpertFinding
from moe.experts.store import PersonaStore
from moe.storage.workspace import open_workspace
from moe_core import Persona, Tier, Traits
from moe_core.contracts.evidence import Passage
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


@pytest.fixture
def make_finding() -> Callable[..., ExpertFinding]:
    """What a walk brought: a passage a rating, each of a document of its own unless one is named."""

    def make(
        persona: str,
        ratings: Sequence[float],
        *,
        nodes: Sequence[str] | None = None,
        covers: Sequence[set[int]] | None = None,
        texts: Mapping[str, str] | None = None,
        document: str = "",
        **facts: Any,
    ) -> ExpertFinding:
        node_ids = tuple(nodes if nodes is not None else map(str, range(len(ratings))))

        def read(node_id: str) -> Passage:
            text = (texts or {}).get(node_id, "The mill was restored in 1871.")
            return Passage(
                passage_id=node_id,
                document_id=document or node_id,
                title="",
                section="",
                start=0,
                end=len(text),
                text=text,
            )

        held = tuple(frozenset(one) for one in covers) if covers is not None else (frozenset[int](),) * len(node_ids)
        return ExpertFinding(
            persona=persona, node_ids=node_ids, ratings=tuple(ratings), covers=held, read=read, **facts
        )

    return make
