"""The doors of the rooms that an App opens: each is imported when it is first asked for.

What they are is declared in `rooms.pyi`, which type checkers read in place of this file.
"""

from pkgutil import resolve_name
from typing import Any

_DOORS = {
    "AgentSpec": "moe_core.contracts.agent",
    "CapabilityStore": "moe.asking.servers.capability_store",
    "Chain": "moe_core.contracts.chain",
    "ConversationDirectory": "moe.facades.conversations",
    "ConsentStore": "moe.trust.consents",
    "DocumentLibrary": "moe.knowledge.library",
    "Event": "moe_core.contracts.event",
    "EventListener": "moe_core.contracts.event",
    "Extra": "moe.contracts.extras",
    "IndexStore": "moe.knowledge.index.store",
    "LoadedLibrary": "moe.knowledge.library",
    "JsonObject": "moe_core.contracts.wire",
    "ModelDirectory": "moe.facades.models",
    "ModelServices": "moe.asking.services",
    "ModelfileCheck": "moe.contracts.modelfile",
    "PastRun": "moe.running.resuming",
    "PersonaDirectory": "moe.facades.personas",
    "PersonaThresholds": "moe.experts.settings",
    "PersonaLedger": "moe.experts.ledger",
    "PersonaStore": "moe.experts.store",
    "PluginLocks": "moe.facades.plugin_locks",
    "ProgressListener": "moe.contracts.documents",
    "ProjectIndex": "moe.facades.index",
    "ProviderChoice": "moe_core.contracts.choice",
    "ProviderSelector": "moe.asking.servers.selection",
    "QuestionGraphs": "moe.facades.graphs",
    "ReadingSetup": "moe.knowledge.loading.setup",
    "Registry": "moe_core.loading.registry",
    "Route": "moe_core.contracts.route",
    "Run": "moe.running.run",
    "RunMetrics": "moe.contracts.metrics",
    "RunEnvironment": "moe.running.environment",
    "RunRequest": "moe.contracts.request",
    "RunResult": "moe.contracts.result",
    "RunStore": "moe.storage.runs",
    "SearchNames": "moe.contracts.search",
    "ServerPermit": "moe.asking.servers.permission",
    "SmartRouter": "moe_core.routing.router",
    "Status": "moe_core.contracts.task",
    "TrustVerdict": "moe.contracts.trust",
    "Watched": "moe.contracts.watched",
    "build_agent": "moe_core.loading.modelfile.agent",
    "build_registry": "moe_core.loading.assembly",
    "build_records": "moe.experts.track_records",
    "list_feedback": "moe.experts.ledger",
    "choose_personas": "moe.experts.selection",
    "make_bench": "moe.experts.selection",
    "check_providers": "moe.asking.servers.health",
    "check_templates": "moe.asking.fitting.templates",
    "examine_servers": "moe.asking.servers.examination",
    "judge_models": "moe.asking.servers.measuring",
    "measure_runs": "moe.experts.metrics",
    "measure_models": "moe.asking.servers.measuring",
    "find_changes": "moe.knowledge.index.freshness",
    "find_embeddings": "moe.asking.servers.embeddings",
    "find_watched": "moe.facades.watched",
    "find_watched_settings": "moe.facades.watched_settings",
    "find_walked_graph": "moe.running.citing.walked_graph",
    "Executor": "moe_core.contracts.executor",
    "ExecutorPlace": "moe_core.contracts.executor",
    "follow_run": "moe.running.live",
    "keep_word": "moe.asking.servers.permission",
    "RemoteServers": "moe.facades.remote",
    "join_moves": "moe.experts.lifecycle",
    "replay": "moe.experts.lifecycle",
    "list_extras": "moe.facades.extras",
    "load_agent": "moe_core.loading.modelfile.load",
    "load_modelfile": "moe_core.loading.modelfile.load",
    "make_reading_setup": "moe.knowledge.loading.setup",
    "prepare_retriever": "moe.knowledge.checked_retriever",
    "pull_model": "moe.asking.servers.download",
    "read_address": "moe.asking.servers.permission",
    "ReplayReport": "moe.contracts.runs",
    "compare_replay": "moe.running.replaying",
    "open_executor": "moe.running.fleet.choice",
    "open_replay": "moe.running.replaying",
    "read_request": "moe.running.resuming",
    "read_past": "moe.running.resuming",
    "read_status": "moe.knowledge.index.status",
    "run_tool": "moe.running.tools.toolbox",
    "take_snapshot": "moe.knowledge.graph.snapshot",
    "update_index": "moe.knowledge.index.update.index_update",
    "write_plugin_switch": "moe_core.loading.config.plugin_switches",
    "verify_index": "moe.knowledge.index.verification",
    "wants_answer": "moe.knowledge.index.update.refresh",
    "watch_sources": "moe.knowledge.index.watching",
    "write_graphml": "moe.knowledge.graph.graphml",
    "write_origin": "moe.asking.servers.permission",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    door = globals()[name] = resolve_name(f"{_DOORS[name]}:{name}")
    return door


def __dir__() -> list[str]:
    return sorted(_DOORS)
