"""The front door, for type checkers and editors."""

from moe_core.contracts.agent import AgentSpec as AgentSpec
from moe_core.contracts.agent import Role as Role
from moe_core.contracts.errors import InvalidOutputError as InvalidOutputError
from moe_core.contracts.errors import ModelError as ModelError
from moe_core.contracts.errors import ModelRefusedError as ModelRefusedError
from moe_core.contracts.errors import ModelTimeoutError as ModelTimeoutError
from moe_core.contracts.errors import ModelUnavailableError as ModelUnavailableError
from moe_core.contracts.errors import MoeError as MoeError
from moe_core.contracts.errors import ToolError as ToolError
from moe_core.contracts.evidence import Document as Document
from moe_core.contracts.evidence import Evidence as Evidence
from moe_core.contracts.evidence import Hit as Hit
from moe_core.contracts.evidence import Library as Library
from moe_core.contracts.evidence import Passage as Passage
from moe_core.contracts.hookspecs import API_VERSION as API_VERSION
from moe_core.contracts.hookspecs import hookimpl as hookimpl
from moe_core.contracts.messages import Grounding as Grounding
from moe_core.contracts.messages import Message as Message
from moe_core.contracts.messages import ModelReply as ModelReply
from moe_core.contracts.messages import ModelRequest as ModelRequest
from moe_core.contracts.messages import Purpose as Purpose
from moe_core.contracts.messages import Usage as Usage
from moe_core.contracts.model import Health as Health
from moe_core.contracts.model import ModelProvider as ModelProvider
from moe_core.contracts.model import ProviderSettings as ProviderSettings
from moe_core.contracts.node import Edge as Edge
from moe_core.contracts.node import KnowledgeGraph as KnowledgeGraph
from moe_core.contracts.node import Node as Node
from moe_core.contracts.persona import Persona as Persona
from moe_core.contracts.persona import Tier as Tier
from moe_core.contracts.persona import Traits as Traits
from moe_core.contracts.retriever import Corpus as Corpus
from moe_core.contracts.retriever import Found as Found
from moe_core.contracts.retriever import Retriever as Retriever
from moe_core.contracts.retriever import SearchIndex as SearchIndex
from moe_core.contracts.scorer import Scorer as Scorer
from moe_core.contracts.scorer import ScorerInput as ScorerInput
from moe_core.contracts.tool import BaseTool as BaseTool
from moe_core.contracts.tool import ToolContext as ToolContext
from moe_core.contracts.traversal import TraversalStrategy as TraversalStrategy

__all__: list[str]
