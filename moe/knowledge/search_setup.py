"""Who searches the documents: retriever, personas and their strategies, from names to parts."""

from moe.contracts.search import SearchNames
from moe.knowledge.search import GraphLimits, SearchSetup, Walker
from moe.knowledge.settings import SearchConfig
from moe_core.contracts.persona import Persona
from moe_core.contracts.retriever import Embeddings
from moe_core.loading.registry import Registry


def build_search_setup(
    registry: Registry,
    config: SearchConfig,
    names: SearchNames | None = None,
    *,
    embeddings: Embeddings | None = None,
) -> SearchSetup:
    """Resolve who searches.

    Args:
        registry: Where the names are looked up.
        config: Names what is not named.
        names: In place of the configured ones.
        embeddings: What vectors are made by, in place of the retriever's own model.

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
    personas = [registry.personas.get(name).value for name in walkers]
    return SearchSetup(
        retriever=found,
        walkers=tuple(
            Walker(
                persona=persona, strategy=registry.traversals.get(persona.traversal or config.system.traversal).value
            )
            for persona in personas
        ),
        limits=limits,
        embeddings=embeddings,
    )
