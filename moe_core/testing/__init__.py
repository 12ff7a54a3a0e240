"""The front door for plugin authors' tests: doubles, values, registries and conformance checks."""

from moe_core.testing.conformance.loaders import check_loader
from moe_core.testing.conformance.personas import check_persona
from moe_core.testing.conformance.providers import check_provider
from moe_core.testing.conformance.retrievers import check_retriever
from moe_core.testing.conformance.scorers import check_scorer
from moe_core.testing.conformance.tools import check_tool, check_tool_run
from moe_core.testing.conformance.traversals import check_traversal
from moe_core.testing.conformance.verdict import ConformanceError
from moe_core.testing.doubles import RecordedModel, RecordingTool, ScriptedModel, make_model, make_tool
from moe_core.testing.registries import memory_registry
from moe_core.testing.values import make_evidence, make_passage, make_request

__all__ = [
    "ConformanceError",
    "RecordedModel",
    "RecordingTool",
    "ScriptedModel",
    "check_loader",
    "check_persona",
    "check_provider",
    "check_retriever",
    "check_scorer",
    "check_tool",
    "check_tool_run",
    "check_traversal",
    "make_evidence",
    "make_model",
    "make_passage",
    "make_request",
    "make_tool",
    "memory_registry",
]
