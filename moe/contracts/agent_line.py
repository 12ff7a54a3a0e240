"""What listings tell of an agent, wherever it is listed."""

from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.plugin import Entry
from moe_core.contracts.wire import JsonObject


def describe_agent(entry: Entry[AgentSpec]) -> JsonObject:
    """An agent as JSON, without where it comes from."""
    return {
        "role": entry.value.role,
        "name": entry.name,
        "base": entry.value.base,
        "description": entry.value.description,
        "capabilities": entry.value.capabilities,
        "tools": [use.name for use in entry.value.tools],
    }
