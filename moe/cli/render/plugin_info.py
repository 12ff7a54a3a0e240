"""How one plugin is shown: its name, state and what it brings."""

from collections.abc import Sequence

from moe.cli.render.screen import Tone, Toned
from moe.cli.sources import as_json
from moe_core.contracts.plugin import PluginInfo, Problem
from moe_core.contracts.wire import JsonObject, to_wire

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


def describe_plugin(info: PluginInfo) -> JsonObject:
    """The plugin as JSON."""
    return {
        **as_json(info.source),
        "state": info.state,
        "brings": dict(info.brings),
        "problems": to_wire(info.problems),
        "output": info.output,
        "seconds": info.seconds,
    }


def describe_plugins(plugins: Sequence[PluginInfo], problems: Sequence[Problem]) -> JsonObject:
    """Several plugins as JSON, with all that is wrong."""
    return {"plugins": [describe_plugin(one) for one in plugins], "problems": to_wire(problems)}
