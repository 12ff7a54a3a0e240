"""Where an entry of the registry comes from, for listings and JSON."""

from typing import Any

from moe_core.contracts.plugin import Entry, PluginSource
from moe_core.contracts.wire import JsonObject


def as_json(source: PluginSource) -> JsonObject:
    """A source as JSON."""
    return {
        "plugin": source.plugin,
        "origin": source.origin,
        "location": source.location,
        "version": source.version,
    }


def describe_source(entry: Entry[Any]) -> str:
    """The plugin, or the door that ships with moe."""
    return "bundled" if entry.source.origin == "bundled" else entry.source.plugin
