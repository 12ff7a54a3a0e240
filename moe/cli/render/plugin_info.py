"""How one plugin is shown: its name, state and what it brings."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from moe.cli.render.schema import show_parameters
from moe.cli.render.screen import Screen, Tone, Toned
from moe.cli.sources import as_json
from moe_core.contracts.plugin import SETTINGS_KEYS, Entry, Kind, PluginInfo, Problem
from moe_core.contracts.wire import JsonObject, encode_json, to_wire

_TONES: dict[str, Tone] = {
    "indexed": "good",
    "active": "good",
    "disabled": "dim",
    "replaced": "dim",
    "untrusted": "warn",
}


def name_plugin(info: PluginInfo) -> str:
    """The plugin's id, which begins with the door it came through; an installed one shows its version."""
    if info.source.origin != "distribution":
        return info.source.plugin
    return f"{info.source.plugin} {info.source.version} (installed)".replace("  ", " ")


def tone_state(info: PluginInfo) -> Toned:
    """Its state, in a warning's colour where it is used although something is wrong."""
    return Toned(info.state, "warn" if info.is_used and info.problems else _TONES.get(info.state, "bad"))


def list_brought(info: PluginInfo) -> str:
    """What it brings, by kind."""
    return "; ".join(f"{kind.replace('_', ' ')} {', '.join(names)}" for kind, names in info.brings.items())


def list_settings(entries: Iterable[Entry[Any]], info: PluginInfo) -> list[Entry[Any]]:
    """Of what a plugin brings, that which can be set in config/system.yaml."""
    return [one for one in entries if one.source.plugin == info.source.plugin and one.schema.get("properties")]


def show_settings(screen: Screen, entry: Entry[Any]) -> None:
    """What a thing lets one set, each with the value that holds."""
    key = f"system.{SETTINGS_KEYS[Kind(entry.kind)]}.{entry.name}"
    screen.line(Toned("set by ", "dim"), f"{key}:", indent=2)
    shown = {**entry.schema, "properties": dict(_with_values(entry))}
    show_parameters(screen, shown)


def _with_values(entry: Entry[Any]) -> Iterator[tuple[str, JsonObject]]:
    for name, wanted in entry.schema["properties"].items():
        meaning = wanted.get("description", "")
        told = f"set to {encode_json(entry.settings[name]).decode()}" if name in entry.settings else ""
        yield name, {**wanted, "description": "; ".join(filter(None, (meaning, told)))}


def describe_plugin(info: PluginInfo, settable: Sequence[Entry[Any]] = ()) -> JsonObject:
    """The plugin as JSON, with what can be set of what it brings."""
    settings = {
        f"{SETTINGS_KEYS[Kind(one.kind)]}.{one.name}": {"schema": one.schema, "set": one.settings} for one in settable
    }
    return {
        **as_json(info.source),
        "state": info.state,
        "brings": dict(info.brings),
        "problems": to_wire(info.problems),
        "output": info.output,
        "seconds": info.seconds,
        **({"settings": settings} if settings else {}),
    }


def describe_plugins(plugins: Sequence[PluginInfo], problems: Sequence[Problem]) -> JsonObject:
    """Several plugins as JSON, with all that is wrong."""
    return {"plugins": [describe_plugin(one) for one in plugins], "problems": to_wire(problems)}
