"""The front door, for type checkers and editors."""

from moe_core.testing.conformance.executors import check_executor as check_executor
from moe_core.testing.conformance.imports import check_import as check_import
from moe_core.testing.conformance.loaders import check_loader as check_loader
from moe_core.testing.conformance.personas import check_persona as check_persona
from moe_core.testing.conformance.plugins import CONFORMANCE_VERSION as CONFORMANCE_VERSION
from moe_core.testing.conformance.plugins import check_plugin as check_plugin
from moe_core.testing.conformance.providers import check_provider as check_provider
from moe_core.testing.conformance.retrievers import check_retriever as check_retriever
from moe_core.testing.conformance.scorers import check_scorer as check_scorer
from moe_core.testing.conformance.tools import check_tool as check_tool
from moe_core.testing.conformance.tools import check_tool_run as check_tool_run
from moe_core.testing.conformance.transports import check_transport as check_transport
from moe_core.testing.conformance.traversals import check_traversal as check_traversal
from moe_core.testing.conformance.verdict import ConformanceError as ConformanceError
from moe_core.testing.doubles import RecordedModel as RecordedModel
from moe_core.testing.doubles import RecordingTool as RecordingTool
from moe_core.testing.doubles import ScriptedModel as ScriptedModel
from moe_core.testing.doubles import make_model as make_model
from moe_core.testing.doubles import make_tool as make_tool
from moe_core.testing.registries import memory_registry as memory_registry
from moe_core.testing.values import make_evidence as make_evidence
from moe_core.testing.values import make_passage as make_passage
from moe_core.testing.values import make_request as make_request

__all__: list[str]
