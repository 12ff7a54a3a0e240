"""What a whole plugin must hold to: everything that its hooks return."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from moe_core.contracts.hookspecs import API_VERSION, KIND_BY_HOOK, MODELFILES_HOOK
from moe_core.contracts.plugin import Kind
from moe_core.loading.modelfile.parser import parse_modelfile
from moe_core.testing.conformance.executors import check_executor
from moe_core.testing.conformance.imports import check_import
from moe_core.testing.conformance.loaders import check_loader
from moe_core.testing.conformance.personas import check_persona
from moe_core.testing.conformance.providers import check_provider
from moe_core.testing.conformance.retrievers import check_retriever
from moe_core.testing.conformance.scorers import check_scorer
from moe_core.testing.conformance.tools import check_tool
from moe_core.testing.conformance.transports import check_transport_class
from moe_core.testing.conformance.traversals import check_traversal
from moe_core.testing.conformance.verdict import refusing, require

CONFORMANCE_VERSION = 2
"""Rises with each check that a plugin which passed before may fail."""


def check_plugin(plugin: ModuleType, *, samples: Mapping[str, bytes] | None = None) -> dict[str, list[Any]]:
    """Check what every hook of a plugin returns by the rules of its kind, its API version and what its import takes.

    Args:
        plugin: The module that implements the hooks.
        samples: For loaders: by file name, the content of files that they must read.

    Returns:
        By hook, what it brings.

    Raises:
        ConformanceError: It breaks the contract.
    """
    declared = getattr(plugin, "MOE_API_VERSION", None)
    require(declared == API_VERSION, f"{plugin.__name__} declares MOE_API_VERSION {declared}; write {API_VERSION}")
    check_import(plugin)
    brought: dict[str, list[Any]] = {}
    for hook in (*KIND_BY_HOOK, MODELFILES_HOOK):
        function = getattr(plugin, hook, None)
        if function is None:
            continue
        is_marked = hasattr(function, "moe_impl")
        require(is_marked, f"{plugin.__name__}.{hook} is not marked; write @hookimpl above it")
        with refusing(f"{hook} of {plugin.__name__} raised"):
            brought[hook] = list(function())
    require(any(brought.values()), f"{plugin.__name__} brings nothing: none of its hooks returns anything")
    for hook, things in brought.items():
        for thing in things:
            _check_one(KIND_BY_HOOK.get(hook), thing, samples or {})
    return brought


def _check_one(kind: Kind | None, thing: Any, samples: Mapping[str, bytes]) -> None:
    match kind:
        case Kind.TOOL:
            check_tool(thing)
        case Kind.MODEL_PROVIDER:
            asyncio.run(_check_opened(thing))
        case Kind.TRAVERSAL:
            check_traversal(thing)
        case Kind.SCORER:
            asyncio.run(check_scorer(thing))
        case Kind.PERSONA:
            check_persona(thing)
        case Kind.RETRIEVER:
            check_retriever(thing)
        case Kind.LOADER:
            check_loader(thing, {name: text for name, text in samples.items() if name.endswith(thing.suffixes)})
        case Kind.EXECUTOR:
            asyncio.run(check_executor(thing))
        case Kind.TRANSPORT:
            check_transport_class(thing)
        case Kind.DISCOVERY:
            check_transport_class(thing)
        case None:
            _check_modelfiles(Path(thing))


async def _check_opened(provider: Any) -> None:
    made = provider()
    try:
        await check_provider(made)
    finally:
        await made.close()


def _check_modelfiles(folder: Path) -> None:
    files = sorted(folder.rglob("*.moe"))
    require(files, f"{folder} holds no .moe file")
    for file in files:
        with refusing(f"{file.name} is no modelfile"):
            parse_modelfile(file.read_text(encoding="utf-8"), str(file))
