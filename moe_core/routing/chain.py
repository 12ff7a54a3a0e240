"""A chain: the agents of one run, every name resolved before anything is called."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from moe_core.contracts.agent import AgentSpec, Role, name_agent
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.choice import ProviderChoice
from moe_core.contracts.errors import MoeError, NameTakenError, NameUnknownError, RequestError
from moe_core.contracts.plugin import Entry
from moe_core.contracts.route import Route
from moe_core.loading.locations import PLUGIN_PATH_VARIABLE
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig
from moe_core.routing.model_resolution import resolve_fallbacks, resolve_model


def assemble_chain(
    route: Route,
    registry: Registry,
    config: KernelConfig,
    *,
    top: Role = Role.CAMINA,
    drummer: str | None = None,
    choice: ProviderChoice | None = None,
) -> Chain:
    """Resolve every agent, tool, model, fallback and the retriever that a route needs.

    Args:
        route: The Belters.
        registry: What is there.
        config: Who serves whom.
        top: The layer that answers; layers above it are left out.
        drummer: The only Drummer to use.
        choice: What the provider `auto` means; see `resolve_model`.

    Raises:
        NameUnknownError: Something that cannot be done without is not registered; the nearest names are in the hint.
        NameTakenError: Two plugins bring such a name.
        RequestError: No agent of a needed layer is registered.
    """
    builder = _ChainBuilder(registry, config, choice)
    camina = builder.first(Role.CAMINA) if top is Role.CAMINA else None
    names = route.belters if top in (Role.CAMINA, Role.BELTER) else ()
    belters = tuple(builder.member(registry.belters.get(name), is_asked=False) for name in names)
    drummers = builder.drummers(drummer) if belters or top is Role.DRUMMER else ()
    if top is Role.DRUMMER:
        drummers = drummers[:1]
    observers = [entry for entry in registry.observers if entry.alias_of == ""]
    chain = Chain(
        camina=camina,
        belters=belters,
        drummers=drummers,
        observer=builder.member(observers[0], is_asked=False) if observers else None,
        retriever=registry.retrievers.get(config.system.retriever).name,
        walkers=builder.walkers(),
        edges=_link([camina] if camina else [], belters) + _link(belters, drummers),
        warnings=tuple(dict.fromkeys(builder.warnings)),
        choice=choice,
    )
    if next(chain.members(), None) is None:
        raise RequestError(f"the chain has no {top}", hint=f"add a modelfile with ROLE {top}")
    return chain


def _link(above: Sequence[Member], below: Sequence[Member]) -> tuple[tuple[str, str], ...]:
    return tuple((upper.node, lower.node) for upper in above for lower in below)


class _ChainBuilder:
    def __init__(self, registry: Registry, config: KernelConfig, choice: ProviderChoice | None) -> None:
        self._registry = registry
        self._config = config
        self._choice = choice
        self.warnings = [
            f"{problem.message}; {problem.hint}"
            for problem in registry.problems
            if problem.plugin == PLUGIN_PATH_VARIABLE  # else only listings would tell of it
        ]
        self.warnings += choice.warnings() if choice is not None else ()

    def walkers(self) -> tuple[tuple[str, str], ...]:
        """The configured personas and their strategies, resolved; none where they are chosen for each question."""
        personas = [self._registry.personas.get(name).value for name in self._config.system.walkers or ()]
        strategies = [persona.traversal or self._config.system.traversal for persona in personas]
        names = [self._registry.traversals.get(strategy).name for strategy in strategies]
        return tuple((persona.name, name) for persona, name in zip(personas, names, strict=True))

    def member(self, entry: Entry[AgentSpec], *, is_asked: bool = True) -> Member:
        """The agent with its model, fallbacks and tools resolved.

        Args:
            entry: The agent.
            is_asked: It must have all of its tools; else those that are missing are told as warnings.
        """
        agent = entry.value
        with _naming(agent):
            served = resolve_model(agent, self._config, self._registry, self._choice)
            tools = tuple(self._find_tools(agent, is_asked=is_asked))
        fallbacks, warnings = resolve_fallbacks(agent, served, self._config, self._registry, self._choice)
        self.warnings += warnings
        self.warnings += self._tell_missing(agent, served)
        return Member(
            name=agent.name,
            role=agent.role,
            full_id=entry.full_id,
            served=served,
            fallbacks=fallbacks,
            tools=tools,
        )

    def _find_tools(self, agent: AgentSpec, *, is_asked: bool) -> Iterator[str]:
        """The agent's tools, without those that the configuration has switched off."""
        tools = self._registry.tools
        for use in agent.tools:
            settings = self._config.tools.get(use.name)
            if settings is not None and not settings.enabled and use.name not in tools:
                continue
            try:
                yield tools.find_name(tools.get(use.name))
            except (NameUnknownError, NameTakenError) as error:
                if is_asked:
                    raise
                self.warnings.append(f"{name_agent(agent.role, agent.name)} works without a tool: {_word(error)}")

    def _tell_missing(self, agent: AgentSpec, served: Served) -> list[str]:
        choice = self._choice
        if choice is None or served.provider != choice.provider or served.model not in choice.missing:
            return []
        return [f"{name_agent(agent.role, agent.name)}: {served.provider} has no model {served.model!r}"]

    def first(self, role: Role) -> Member:
        """The agent of a layer that has one: the one named like its layer, else the first by name."""
        catalog = self._registry.agents(role)
        names = catalog.names()
        if not names:
            raise RequestError(f"no {role} is registered", hint=f"add a modelfile with ROLE {role}")
        return self.member(catalog.get(str(role) if str(role) in names else names[0]), is_asked=False)

    def drummers(self, only: str | None) -> tuple[Member, ...]:
        """Every Drummer that can work, or the one asked for; the others are told as warnings."""
        catalog = self._registry.drummers
        if only is not None:
            return (self.member(catalog.get(only)),)
        found = []
        for name in catalog.names():
            try:
                found.append(self.member(catalog.get(name), is_asked=False))
            except (NameUnknownError, NameTakenError) as error:
                self.warnings.append(f"drummer {name} is left out: {_word(error)}")
        return tuple(found)


def _word(error: MoeError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message


@contextmanager
def _naming(agent: AgentSpec) -> Iterator[None]:
    """Say in an error which agent asks for the name."""
    try:
        yield
    except (NameUnknownError, NameTakenError) as error:
        error.message = f"{name_agent(agent.role, agent.name)}: {error.message}"
        error.args = (error.message,)
        raise
