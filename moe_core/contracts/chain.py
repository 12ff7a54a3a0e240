"""A chain: the agents of one run, every name resolved before anything is called."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from moe_core.contracts.agent import Role
from moe_core.contracts.choice import ProviderChoice
from moe_core.contracts.mode import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Who answers for an agent.

    Attributes:
        provider: Its name.
        model: The model's name on its server.
        base_url: The server's address; "" for the provider's own.
        instead_of: The model that the modelfile names, when the server lacks it; else "".
    """

    provider: str
    model: str
    base_url: str = ""
    instead_of: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One agent of a chain.

    Attributes:
        name: The agent's name.
        full_id: Its id in the registry.
        served: Who serves it: provider, model, server.
        fallbacks: Who else may, in order.
        tools: What it may use.
    """

    name: str
    role: Role
    full_id: str
    served: Served
    fallbacks: tuple[Served, ...] = ()
    tools: tuple[str, ...] = ()

    @property
    def node(self) -> str:
        """Its id in the chain's edges: "belter:research"."""
        return f"{self.role}:{self.name}"

    def served_by(self) -> tuple[Served, ...]:
        """Who serves it, in the order they are tried."""
        return (self.served, *self.fallbacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The agents of one run and who hands work to whom.

    Attributes:
        camina: None when a Belter or Drummer is asked by itself.
        belters: In the route's order.
        drummers: Whom the Belters may use.
        observer: Who watches; apart from the edges.
        retriever: What searches the documents.
        walkers: Personas who walk the documents' graph, each with its strategy; none where they are chosen for each
            question.
        edges: (from, to) ids; no path leads back.
        warnings: What is missing but not needed, servers that were counted on, and roots of plugins that are none.
        choice: What `auto` decided; None when a provider is configured, or nobody has asked the servers.
        mode: What is asked of the models.
        mode_reason: Why no more; "" when nothing was measured.
    """

    camina: Member | None
    belters: tuple[Member, ...]
    drummers: tuple[Member, ...]
    observer: Member | None
    retriever: str
    walkers: tuple[tuple[str, str], ...]
    edges: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    choice: ProviderChoice | None = None
    mode: Mode = Mode.FULL
    mode_reason: str = ""

    def top(self) -> Member:
        """The agent that answers."""
        return next(self.members())

    def members(self) -> Iterator[Member]:
        """All agents that work, from the top down; the Observer is not one of them."""
        if self.camina is not None:
            yield self.camina
        yield from self.belters
        yield from self.drummers
