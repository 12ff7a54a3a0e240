"""What a task's type and sources make of a run: who works on it, with which tools."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from moe.contracts.request import RunRequest
from moe.contracts.task_kinds import OUTSIDE, TaskSource, TaskType
from moe_core.contracts.chain import Chain, Member
from moe_core.contracts.errors import RequestError
from moe_core.contracts.route import Route
from moe_core.loading.registry import Registry
from moe_core.routing.router import SmartRouter

# The Belters of each type; of several, the one that the router finds likelier.
_BELTERS = MappingProxyType(
    {
        TaskType.GENERAL: (),
        TaskType.RESEARCH: ("research",),
        TaskType.ANALYSIS: ("analysis", "property"),
        TaskType.CONTENT: ("document", "knowledge"),
    }
)
# A tool belongs to a source when it has one of these capabilities: of plugins' tools too.
_CAPABILITIES = MappingProxyType(
    {
        TaskSource.ACADEMIC: frozenset(("academic_search", "literature", "papers")),
        TaskSource.NEWS: frozenset(("news", "rss", "current_events")),
        TaskSource.ANALYSIS: frozenset(
            ("statistics", "table_analysis", "table_question", "calculation", "arithmetic", "property_finance")
        ),
        TaskSource.DOCUMENTS: frozenset(("document_search", "outline", "table_question")),
    }
)
_GENERAL = "general"


def route_task(task_type: TaskType, question: str, *, router: SmartRouter, registry: Registry) -> Route:
    """Who works on a task of a type, and why.

    Raises:
        NameUnknownError: None of its Belters is registered.
    """
    names = _BELTERS[task_type]
    if not names:
        why = f"a task of type {task_type} goes straight to Camina"
        return Route(route=_GENERAL, belters=(), scores={_GENERAL: 1.0}, runner_up="", why=why)
    known = [name for name in names if name in registry.belters]
    if len(known) < 2:
        belter = registry.belters.get(known[0] if known else names[0])
        name = registry.belters.find_name(belter)
        why = f"a task of type {task_type} goes to {name}"
        return Route(route=belter.name, belters=(name,), scores={belter.name: 1.0}, runner_up="", why=why)
    scores = router.route(question).scores
    best, other = sorted(known, key=lambda name: -scores.get(name, 0.0))[:2]
    why = f"a task of type {task_type} goes to {' or '.join(known)}, of which {best} fits the query better"
    return Route(route=best, belters=(best,), scores=scores, runner_up=other, why=why)


def narrow_chain(chain: Chain, request: RunRequest, registry: Registry) -> Chain:
    """The chain with the tools of the sources that are included, and the Drummers that have any of them.

    Raises:
        RequestError: Nobody has.
    """
    sources = request.list_sources()
    if not sources or not chain.drummers:
        return chain
    drummers = tuple(one for member in chain.drummers if (one := _narrow(member, sources, registry)).tools)
    if not drummers:
        raise RequestError(
            f"no Drummer has a tool for {' or '.join(sources)}", hint="moe tools list shows the tools that there are"
        )
    nodes = {member.node for member in (*chain.belters, *drummers)} | ({chain.camina.node} if chain.camina else set())
    return replace(
        chain,
        belters=tuple(_narrow(member, sources, registry) for member in chain.belters),
        drummers=drummers,
        edges=tuple(edge for edge in chain.edges if nodes.issuperset(edge)),
    )


def list_insisted(chain: Chain, request: RunRequest, registry: Registry) -> frozenset[str]:
    """The tools that are called whatever a plan says, as their source is included by name: those of the network."""
    sources = [source for source in request.include if source in OUTSIDE]
    return frozenset(name for member in chain.drummers for name in _choose(member, sources, registry))


def _narrow(member: Member, sources: Sequence[TaskSource], registry: Registry) -> Member:
    return replace(member, tools=_choose(member, sources, registry))


def _choose(member: Member, sources: Sequence[TaskSource], registry: Registry) -> tuple[str, ...]:
    wanted = frozenset[str]().union(*(_CAPABILITIES[source] for source in sources))
    return tuple(name for name in member.tools if wanted & set(registry.tools.get(name).capabilities))
