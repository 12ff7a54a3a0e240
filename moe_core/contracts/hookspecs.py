"""The hooks a plugin may implement. A hook returns what the plugin brings and does no work.

Implement any of them in a module that is registered under the entry-point group `moe.plugins`
or lies in a plugin folder:

    from moe_core import hookimpl

    @hookimpl
    def moe_tools():
        return [WordCount]
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pluggy

from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.executor import Executor
from moe_core.contracts.loader import Loader
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Kind
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.scorer import Scorer
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.transports import Transport
from moe_core.contracts.traversal import TraversalStrategy

PROJECT_NAME = "moe"
ENTRY_POINT_GROUP = "moe.plugins"
API_VERSION = 1
"""The version of this API; a plugin made for another one is refused by name."""
KIND_BY_HOOK: Mapping[str, Kind] = {
    "moe_tools": Kind.TOOL,
    "moe_model_providers": Kind.MODEL_PROVIDER,
    "moe_traversals": Kind.TRAVERSAL,
    "moe_scorers": Kind.SCORER,
    "moe_personas": Kind.PERSONA,
    "moe_retrievers": Kind.RETRIEVER,
    "moe_loaders": Kind.LOADER,
    "moe_executors": Kind.EXECUTOR,
    "moe_transports": Kind.TRANSPORT,
    "moe_discoveries": Kind.DISCOVERY,
}
MODELFILES_HOOK = "moe_modelfiles"

hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl = pluggy.HookimplMarker(PROJECT_NAME)
"""Marks a function of a plugin as the implementation of the hook that it is named after."""


@hookspec
def moe_tools() -> Sequence[type[BaseTool]]:
    """Tools: classes with a constructor that takes no argument.

    Example:
        @hookimpl
        def moe_tools():
            return [WordCount]
    """
    raise NotImplementedError


@hookspec
def moe_model_providers() -> Sequence[type[ModelProvider]]:
    """Model providers: classes constructed with `ProviderSettings`.

    Example:
        @hookimpl
        def moe_model_providers():
            return [MyServer]
    """
    raise NotImplementedError


@hookspec
def moe_traversals() -> Sequence[type[TraversalStrategy]]:
    """Traversal strategies: classes with a constructor that takes no argument.

    Example:
        @hookimpl
        def moe_traversals():
            return [RandomWalk]
    """
    raise NotImplementedError


@hookspec
def moe_scorers() -> Sequence[type[Scorer]]:
    """Scorers: classes with a constructor that takes no argument.

    Example:
        @hookimpl
        def moe_scorers():
            return [Brevity]
    """
    raise NotImplementedError


@hookspec
def moe_personas() -> Sequence[Persona]:
    """Personas, as values.

    Example:
        @hookimpl
        def moe_personas():
            return [Persona(name="archivist", traits=Traits(depth=8))]
    """
    raise NotImplementedError


@hookspec
def moe_retrievers() -> Sequence[type[Retriever]]:
    """Retrievers: classes with a constructor that takes no argument.

    Example:
        @hookimpl
        def moe_retrievers():
            return [TrigramRetriever]
    """
    raise NotImplementedError


@hookspec
def moe_loaders() -> Sequence[type[Loader]]:
    """Loaders of document formats: classes with a constructor that takes no argument.

    Example:
        @hookimpl
        def moe_loaders():
            return [LogbookLoader]
    """
    raise NotImplementedError


@hookspec
def moe_executors() -> Sequence[type[Executor]]:
    """Executors: classes constructed with an `ExecutorPlace`.

    Example:
        @hookimpl
        def moe_executors():
            return [HouseQueue]
    """
    raise NotImplementedError


@hookspec
def moe_transports() -> Sequence[type[Transport]]:
    """Transports: classes constructed with a `TransportPlace`.

    Example:
        @hookimpl
        def moe_transports():
            return [CarrierPigeon]
    """
    raise NotImplementedError


@hookspec
def moe_discoveries() -> Sequence[type[WorkerRegister]]:
    """Discoveries: classes constructed with a `TransportPlace`.

    Example:
        @hookimpl
        def moe_discoveries():
            return [HouseRegister]
    """
    raise NotImplementedError


@hookspec
def moe_modelfiles() -> Sequence[Path]:
    """Folders that hold `.moe` files, searched with their sub-folders.

    Example:
        @hookimpl
        def moe_modelfiles():
            return [Path(__file__).parent / "modelfiles"]
    """
    raise NotImplementedError
