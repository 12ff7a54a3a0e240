"""The front door for plugin authors' tests: doubles, values, registries and conformance checks.

Each name is imported when it is first asked for; `__init__.pyi` declares them for type checkers.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "CONFORMANCE_VERSION": "conformance.plugins",
    "ConformanceError": "conformance.verdict",
    "RecordedModel": "doubles",
    "RecordingTool": "doubles",
    "ScriptedModel": "doubles",
    "check_executor": "conformance.executors",
    "check_import": "conformance.imports",
    "check_loader": "conformance.loaders",
    "check_persona": "conformance.personas",
    "check_plugin": "conformance.plugins",
    "check_provider": "conformance.providers",
    "check_retriever": "conformance.retrievers",
    "check_scorer": "conformance.scorers",
    "check_tool": "conformance.tools",
    "check_tool_run": "conformance.tools",
    "check_transport": "conformance.transports",
    "check_traversal": "conformance.traversals",
    "make_evidence": "values",
    "make_model": "doubles",
    "make_passage": "values",
    "make_request": "values",
    "make_tool": "doubles",
    "memory_registry": "registries",
}

__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return __all__
