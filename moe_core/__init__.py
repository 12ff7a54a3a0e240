"""The front door for plugin authors: what a plugin may import, in one place.

Each name is imported when it is first asked for; `__init__.pyi` declares them for type checkers.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "API_VERSION": "hookspecs",
    "AgentSpec": "agent",
    "BaseTool": "tool",
    "BrokerMessage": "transports",
    "Choice": "messages",
    "Corpus": "retriever",
    "Document": "evidence",
    "DocumentError": "errors",
    "Edge": "node",
    "Effect": "effect",
    "Embeddings": "retriever",
    "Dispatch": "transports",
    "Endpoint": "model",
    "Envelope": "transports",
    "Evidence": "evidence",
    "Executor": "executor",
    "ExecutorPlace": "executor",
    "Fallback": "agent",
    "Found": "retriever",
    "Grounding": "messages",
    "Health": "model",
    "Hit": "evidence",
    "Holders": "retriever",
    "HttpClient": "tool_context",
    "HttpReply": "tool_context",
    "InvalidOutputError": "errors",
    "JsonObject": "wire",
    "KnowledgeGraph": "node",
    "Library": "evidence",
    "Loaded": "loader",
    "Loader": "loader",
    "Location": "location",
    "Message": "messages",
    "ModelDescription": "model",
    "ModelError": "errors",
    "ModelProvider": "model",
    "ModelRefusedError": "errors",
    "ModelReply": "messages",
    "ModelRequest": "messages",
    "ModelTimeoutError": "errors",
    "ModelUnavailableError": "errors",
    "MoeError": "errors",
    "Node": "node",
    "Page": "evidence",
    "ParamsModel": "tool",
    "Passage": "evidence",
    "Persona": "persona",
    "ProviderSettings": "model",
    "PullProgress": "download",
    "Purpose": "messages",
    "QueuedTask": "executor",
    "ReplyPart": "messages",
    "Retriever": "retriever",
    "Role": "agent",
    "RunningError": "errors",
    "ScheduleState": "schedule",
    "SchemaSupport": "model",
    "Scorer": "scorer",
    "ScorerInput": "scorer",
    "SearchIndex": "retriever",
    "SecretBox": "secret_box",
    "Section": "evidence",
    "TaskOutcome": "executor",
    "TaskSchedule": "schedule",
    "TaskSchedules": "schedule",
    "Tier": "persona",
    "ToolContext": "tool_context",
    "ToolError": "errors",
    "ToolResult": "tool_result",
    "ToolUse": "agent",
    "Transport": "transports",
    "TransportError": "errors",
    "TransportHealth": "transports",
    "TransportPlace": "transports",
    "TransportTls": "transports",
    "Traits": "persona",
    "TraversalStrategy": "traversal",
    "Usage": "messages",
    "VectorIndex": "retriever",
    "WorkerEntry": "discovery",
    "WorkerRegister": "discovery",
    "WorkerSpec": "executor",
    "hookimpl": "hookspecs",
}

__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"moe_core.contracts.{_PLACES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return __all__
