"""A parameter schema as tables a person can read."""

import json

from moe.cli.render.schemas import describe_type, list_variants
from moe.cli.render.screen import Screen, Table
from moe_core.contracts.wire import JsonObject


def show_parameters(screen: Screen, schema: JsonObject) -> None:
    """Print a table of the parameters: name, type, default, meaning; one for each way to call it."""
    for place, variant in enumerate(list_variants(schema)):
        if place:
            screen.line()
        screen.table(_build_table(variant, schema))


def _build_table(variant: JsonObject, schema: JsonObject) -> Table:
    required = set(variant.get("required", ()))
    rows = []
    for name, wanted in variant["properties"].items():
        default = "required" if name in required else _show_default(wanted)
        meaning = " ".join(str(wanted.get("description", "")).split())
        rows.append((name, describe_type(wanted, schema), default, meaning))
    return Table(columns=("parameter", "type", "default", "meaning"), rows=rows)


def _show_default(wanted: JsonObject) -> str:
    default = wanted.get("default")
    return "" if default is None else json.dumps(default, ensure_ascii=False)
