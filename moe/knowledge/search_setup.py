"""Who searches the documents: retriever, personas and their strategies, from names to parts."""

from collections.abc import Sequence

from moe.knowledge.search import GraphLimits, SearchSetup, Walker
from moe_core.contracts.persona import Persona
from moe_core.loading.config.settings import Config
from moe_core.loading.registry import Registry


def build_search_setup(
    registry: Registry,
    config: Config,
    *,
    retriever: str | None = None,
    walkers: Sequence[str] | None = None,
    traversal: str | None = None,
) -> SearchSetup:
    """Resolve who searches.

    Args:
        registry: Where the names are looked up.
        config: Names what is not given here.
        retriever: In place of `system.retriever`.
        walkers: Personas in place of `system.walkers`.
        traversal: A strategy for one neutral persona, in place of all walkers.

    Raises:
        NameUnknownError: A name is not registered; the nearest are in the hint.
        NameTakenError: Two plugins bring it.
    """
    limits = GraphLimits(max_nodes=config.system.max_nodes)
    found = registry.retrievers.get(retriever or config.system.retriever).value()
    if traversal is not None:
        strategy = registry.traversals.get(traversal).value
        return SearchSetup(
            retriever=found, walkers=(Walker(persona=Persona(name="neutral"), strategy=strategy),), limits=limits
        )
    names = config.system.walkers if walkers is None else walkers
    personas = [registry.personas.get(name).value for name in names]
    return SearchSetup(
        retriever=found,
        walkers=tuple(
            Walker(
                persona=persona, strategy=registry.traversals.get(persona.traversal or config.system.traversal).value
            )
            for persona in personas
        ),
        limits=limits,
    )
