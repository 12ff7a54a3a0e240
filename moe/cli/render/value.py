"""A JSON value for reading: nested values as YAML, long texts as blocks."""

from typing import Any

import yaml

from moe.cli.render.screen import Screen, Toned
from moe_core.contracts.wire import JsonObject


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def show_object(screen: Screen, value: JsonObject) -> None:
    """Print an object, a key a line; what is longer stands below its key."""
    for key, inner in value.items():
        if isinstance(inner, str | int | float) and "\n" not in str(inner):
            screen.line(Toned(f"{key}: ", "dim"), write_word(inner))
        elif inner is None or inner in ([], {}):
            screen.line(Toned(f"{key}: ", "dim"), "none")
        else:
            screen.line(Toned(f"{key}:", "dim"))
            screen.line(inner.rstrip() if isinstance(inner, str) else write_yaml(inner), indent=2)


def write_yaml(value: Any) -> str:
    """A value as YAML."""
    text: str = yaml.dump(
        _plain(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=100_000
    )
    return text.rstrip()


def write_word(value: object) -> str:
    """A single value as a word."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    """Dicts and lists of the very types that YAML knows, texts without spaces at the ends of their lines."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, str) and "\n" in value:  # else YAML would quote it
        return "\n".join(line.rstrip() for line in value.expandtabs().split("\n"))
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
