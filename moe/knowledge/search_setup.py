"""Who searches the documents: retriever, personas and their strategies, from names to parts."""

from moe.contracts.experts import ExpertGuide
from moe.contracts.search import SearchNames
from moe.knowledge.search import GraphLimits, GuidedWalkers, SearchSetup, Walker
from moe.knowledge.settings import SearchConfig
from moe_core.contracts.persona import Persona
from moe_core.contracts.retriever import Embeddings
from moe_core.loading.registry import Registry

_UNGUIDED = ("generalist",)  # the one of all bundled personas that finds most by itself


def build_search_setup(
    registry: Registry,
    config: SearchConfig,
    names: SearchNames | None = None,
    *,
    embeddings: Embeddings | None = None,
    guide: ExpertGuide | None = None,
) -> SearchSetup:
    """Resolve who searches.

    Args:
        registry: Where the names are looked up.
        config: Names what is not named.
        names: In place of the configured ones.
        embeddings: What vectors are made by, in place of the retriever's own model.
        guide: Chooses who walks where neither names nor configuration say it; without it the generalist does.

    Raises:
        NameUnknownError: A name is not registered; the nearest are in the hint.
        NameTakenError: Two plugins bring it.
    """
    names = names or SearchNames()
    limits = GraphLimits(max_nodes=config.system.max_nodes)
    found = registry.retrievers.get(names.retriever or config.system.retriever).value()
    if names.traversal is not None:
        strategy = registry.traversals.get(names.traversal).value
        return SearchSetup(
            retriever=found,
            walkers=(Walker(persona=Persona(name="neutral"), strategy=strategy),),
            limits=limits,
            embeddings=embeddings,
        )
    walkers = config.system.walkers if names.walkers is None else names.walkers

    def find_walker(name: str) -> Walker:
        persona = registry.personas.get(name).value
        strategy = registry.traversals.get(persona.traversal or config.system.traversal).value
        return Walker(persona=persona, strategy=strategy)

    if walkers is None and guide is None:
        walkers = _UNGUIDED
    return SearchSetup(
        retriever=found,
        walkers=None if walkers is None else tuple(map(find_walker, walkers)),
        limits=limits,
        embeddings=embeddings,
        guided=None if guide is None else GuidedWalkers(guide=guide, find_walker=find_walker),
    )
