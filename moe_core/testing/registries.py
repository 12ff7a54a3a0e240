"""A registry made of given things, without discovery."""

from collections.abc import Iterable

from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.executor import Executor
from moe_core.contracts.loader import Loader
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Kind, PluginSource
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.scorer import Scorer
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.transports import Transport
from moe_core.contracts.traversal import TraversalStrategy
from moe_core.loading.assembly import make_registry
from moe_core.loading.plugins.offers import make_agent_entry, make_entry
from moe_core.loading.registry import Registry


def memory_registry(
    *,
    tools: Iterable[type[BaseTool]] = (),
    model_providers: Iterable[type[ModelProvider]] = (),
    traversals: Iterable[type[TraversalStrategy]] = (),
    scorers: Iterable[type[Scorer]] = (),
    personas: Iterable[Persona] = (),
    retrievers: Iterable[type[Retriever]] = (),
    loaders: Iterable[type[Loader]] = (),
    executors: Iterable[type[Executor]] = (),
    transports: Iterable[type[Transport]] = (),
    discoveries: Iterable[type[WorkerRegister]] = (),
    agents: Iterable[AgentSpec] = (),
    plugin: str = "memory",
) -> Registry:
    """A registry of exactly these things.

    Args:
        plugin: The id of the plugin that seems to bring them.

    Raises:
        PluginError: One of them breaks its contract.
    """
    source = PluginSource(plugin=plugin, origin="code")
    by_kind: dict[Kind, Iterable[object]] = {
        Kind.TOOL: tools,
        Kind.MODEL_PROVIDER: model_providers,
        Kind.TRAVERSAL: traversals,
        Kind.SCORER: scorers,
        Kind.PERSONA: personas,
        Kind.RETRIEVER: retrievers,
        Kind.LOADER: loaders,
        Kind.EXECUTOR: executors,
        Kind.TRANSPORT: transports,
        Kind.DISCOVERY: discoveries,
    }
    entries = [make_entry(kind, value, source) for kind, values in by_kind.items() for value in values]
    return make_registry([*entries, *(make_agent_entry(agent, source) for agent in agents)])
