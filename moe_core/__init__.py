"""The front door for plugin authors: what a plugin may import, in one place."""

from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.errors import (
    InvalidOutputError,
    ModelError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
    MoeError,
    ToolError,
)
from moe_core.contracts.evidence import Document, Evidence, Hit, Library, Passage
from moe_core.contracts.hookspecs import API_VERSION, hookimpl
from moe_core.contracts.messages import Grounding, Message, ModelReply, ModelRequest, Purpose, Usage
from moe_core.contracts.model import Health, ModelProvider, ProviderSettings
from moe_core.contracts.node import Edge, KnowledgeGraph, Node
from moe_core.contracts.persona import Persona, Tier, Traits
from moe_core.contracts.retriever import Corpus, Found, Retriever, SearchIndex
from moe_core.contracts.scorer import Scorer, ScorerInput
from moe_core.contracts.tool import BaseTool, ToolContext
from moe_core.contracts.traversal import TraversalStrategy

__all__ = [
    "API_VERSION",
    "AgentSpec",
    "BaseTool",
    "Corpus",
    "Document",
    "Edge",
    "Evidence",
    "Found",
    "Grounding",
    "Health",
    "Hit",
    "InvalidOutputError",
    "KnowledgeGraph",
    "Library",
    "Message",
    "ModelError",
    "ModelProvider",
    "ModelRefusedError",
    "ModelReply",
    "ModelRequest",
    "ModelTimeoutError",
    "ModelUnavailableError",
    "MoeError",
    "Node",
    "Passage",
    "Persona",
    "ProviderSettings",
    "Purpose",
    "Retriever",
    "Role",
    "Scorer",
    "ScorerInput",
    "SearchIndex",
    "Tier",
    "ToolContext",
    "ToolError",
    "Traits",
    "TraversalStrategy",
    "Usage",
    "hookimpl",
]
