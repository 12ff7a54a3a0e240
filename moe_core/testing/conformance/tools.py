"""What every tool must hold to."""

from collections.abc import Mapping
from typing import Any

import jsonschema

from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import PluginError, ToolError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.outgoing import Sending, watch_sendings
from moe_core.contracts.plugin import Kind, PluginSource
from moe_core.contracts.tool import BaseTool, describe_tool
from moe_core.contracts.tool_context import ToolContext
from moe_core.contracts.wire import from_wire, to_wire
from moe_core.loading.plugins.offers import make_entry
from moe_core.schemas.call_shape import CallShape, read_call_shape
from moe_core.schemas.tool_answer import take_answer
from moe_core.testing.conformance.verdict import ConformanceError, refusing, require, require_json, require_line


def check_tool(tool: type[BaseTool]) -> None:
    """Check what a tool declares: name, description, schema, and that it refuses wrong parameters.

    Raises:
        ConformanceError: It breaks the contract.
    """
    try:
        make_entry(Kind.TOOL, tool, PluginSource(plugin="checked", origin="code"))
    except PluginError as error:
        raise ConformanceError(f"{error.message} ({error.hint})") from error
    name, description = describe_tool(tool)
    require_line(description, f"the description of {name}")
    with refusing(f"{name} cannot be made without arguments"):
        tool()
    shape = read_call_shape(tool)
    schema = shape.schema
    require_json(schema, f"the parameter schema of {name}")
    with refusing(f"the parameter schema of {name} is no valid JSON Schema"):
        jsonschema.Draft202012Validator.check_schema(schema)
    require(schema.get("type") == "object", f"the parameter schema of {name} does not describe an object")
    require(tool.effects is not None, f"{name} declares no effects; write effects = () if it only computes")
    _check_refusals(shape, name, schema)


async def check_tool_run(
    tool: type[BaseTool], params: Mapping[str, Any], *, context: ToolContext | None = None
) -> dict[str, Any]:
    """Run a tool once, and check what it returns.

    Args:
        tool: The tool.
        params: Parameters that it accepts.
        context: Where it runs.

    Returns:
        What it returned, evidence in its wire form.

    Raises:
        ConformanceError: The result is no JSON object, or its evidence is malformed; the tool raised anything but a
            `ToolError`; or it reached the network by the kit without declaring the effect "net".
        ToolError: The tool's own, for the caller to judge.
    """
    name, _ = describe_tool(tool)
    shape = read_call_shape(tool)
    arguments = shape.check(params)
    sent: list[Sending] = []
    with refusing(f"{name} raised something that is no ToolError", but=(ToolError,)):
        try:
            with watch_sendings(name, is_declared=True, listener=sent.append):
                answer = await _call(tool(), shape, arguments, context or ToolContext())
        finally:
            require(
                not sent or Effect.NET in (tool.effects or ()), f'{name} reaches the network without effects = ("net",)'
            )
    with refusing(f"{name} must return a ToolResult, a dict or text"):
        result = dict(take_answer(answer))
    evidence = result.get("evidence", [])
    require(isinstance(evidence, list), f"the evidence of {name} is no list")
    with refusing(f"the evidence of {name} cannot be written as JSON"):
        evidence = to_wire(evidence)
    result = {**result, "evidence": evidence} if "evidence" in result else result
    require_json(result, f"the result of {name}")
    for item in evidence:
        with refusing(f"the evidence of {name} is not what Evidence is made of"):
            found = from_wire(Evidence, item)
        require(found.end - found.start == len(found.text), f"{name} cites a span that is not as long as its text")
    return result


async def _call(tool: BaseTool, shape: CallShape, arguments: Mapping[str, Any], context: ToolContext) -> object:
    await tool.open()
    try:
        return await shape.call(tool, arguments, context)
    finally:
        await tool.close()


def _check_refusals(shape: CallShape, name: str, schema: Mapping[str, Any]) -> None:
    if not shape.is_checked:
        return
    wrong: list[tuple[str, dict[str, object]]] = []
    if schema.get("required"):
        wrong.append((f"parameters without {', '.join(schema['required'])}", {}))
    wrong += [
        (f"an object for {key}, which is a {kind['type']}", {**_sample(schema), key: {"unexpected": []}})
        for key, kind in schema.get("properties", {}).items()
        if kind.get("type") in ("string", "number", "integer", "boolean")
    ]
    for what, params in wrong:
        try:
            shape.check(params)
        except (ValueError, TypeError, ToolError):
            continue
        raise ConformanceError(f"{name} accepts {what}")


def _sample(schema: Mapping[str, Any]) -> dict[str, object]:
    """Something of the right type for each required simple parameter."""
    samples: Mapping[str, object] = {"string": "x", "number": 1.0, "integer": 1, "boolean": True, "array": []}
    properties = schema.get("properties", {})
    return {key: samples.get(properties.get(key, {}).get("type", ""), "x") for key in schema.get("required", ())}
