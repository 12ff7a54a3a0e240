"""Replies that match the schema they were asked for, each purpose by its own rule."""

from collections.abc import Mapping
from typing import Any

import msgspec

from moe_core.contracts.errors import ConfigError, InvalidOutputError
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.wire import JsonObject
from moe_core.schemas.validator import get_validator
from moe_kit.extraction.plans import decompose, plan_tasks
from moe_kit.extraction.read_spans import PassageReading
from moe_kit.extraction.schema_filler import fill_schema
from moe_kit.extraction.schemas import get_types, is_valid, make_least, prune, resolve
from moe_kit.extraction.statements import NOT_FOUND_NOTE, Extract, extract_statements
from moe_kit.extraction.support import COVERAGE_MIN
from moe_kit.extraction.tool_choice import choose_tools
from moe_kit.extraction.wording import write_calls, write_data, write_quotes, write_tasks

_OPEN_PLACES = ("notes", "unfilled", "missing", "gaps", "limitations")


class StructuredReply(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON object that matches its schema, and the same for people."""

    data: dict[str, Any]
    text: str


def build_reply(
    grounding: Grounding,
    schema: JsonObject,
    *,
    coverage_min: float = COVERAGE_MIN,
    reading: PassageReading | None = None,
) -> StructuredReply:
    """Answer a grounding in the form of a schema, from nothing but the grounding.

    Args:
        coverage_min: Share of the question's weight that evidence must cover to be used.
        reading: What a model has read in the evidence; None to leave it to the rules.

    Raises:
        InvalidOutputError: The schema is broken, or nothing that the grounding supports can match it.
    """
    try:
        validator = get_validator(schema)
        validator.is_valid({})  # one that refers to itself without end is found out before it is filled
        data, text = _answer(grounding, schema, coverage_min, reading)
        fitting = prune(data, schema, schema)
        misfit = validator.find_first(fitting)
    except ConfigError as error:
        raise InvalidOutputError(error.message, hint="give a JSON Schema that refers only to itself") from error
    if misfit is not None:
        raise InvalidOutputError(
            f"the evidence gives no answer of the form asked for: {misfit[:300]}",
            hint="let the schema allow null where the documents may be silent, or use a language model",
        )
    return StructuredReply(data=fitting, text=text)


def _answer(
    grounding: Grounding, schema: JsonObject, coverage_min: float, reading: PassageReading | None
) -> tuple[dict[str, Any], str]:
    properties = resolve(schema, schema).get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    if grounding.purpose is Purpose.COMPLETE and "question" in known:
        completed = grounding.instruction or grounding.question
        return {"question": completed}, completed
    if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE) and "tasks" in known:
        is_plan = grounding.purpose is Purpose.PLAN
        tasks = plan_tasks(grounding) if is_plan else decompose(grounding)
        return {"tasks": tasks}, write_tasks(tasks, "belter" if is_plan else "drummer")
    if grounding.purpose is Purpose.CHOOSE_TOOLS and "calls" in known:
        calls = choose_tools(grounding)
        return {"calls": calls}, write_calls(calls)
    if grounding.purpose is Purpose.OBSERVE:
        return _observe(schema)
    extract = extract_statements(grounding, coverage_min=coverage_min, reading=reading)
    if "statements" in known:
        return _state(grounding, schema, known, extract), write_quotes(extract.quotes, grounding.evidence)
    return _fill(schema, extract)


def _state(grounding: Grounding, schema: JsonObject, properties: Mapping[str, Any], extract: Extract) -> dict[str, Any]:
    notes = [] if _has_tool_results(grounding) else list(extract.notes)
    data: dict[str, Any] = {"statements": [quote.to_wire() for quote in extract.quotes]}
    if "data" in properties:
        filled = fill_schema(properties["data"], extract, root=schema)
        data["data"] = filled.value
        notes += _describe_open(filled.open_paths)
    return {**data, "notes": notes}


def _has_tool_results(grounding: Grounding) -> bool:
    """Whether tools brought something that stands without passages."""
    return grounding.purpose is Purpose.EXECUTE and any(finding.get("tool") for finding in grounding.findings)


def _fill(schema: JsonObject, extract: Extract) -> tuple[dict[str, Any], str]:
    filled = fill_schema(schema, extract)
    data = filled.value if isinstance(filled.value, dict) else {}
    properties = resolve(schema, schema).get("properties")
    for name in _OPEN_PLACES:
        place = resolve(properties.get(name), schema) if isinstance(properties, Mapping) else {}
        if get_types(place) == ["array"] and get_types(resolve(place.get("items"), schema)) == ["string"]:
            notes = [] if extract.quotes else [NOT_FOUND_NOTE]
            noted = {**data, name: notes + _describe_open(path for path in filled.open_paths if path != name)}
            data = noted if is_valid(schema, noted, schema) else data
            break
    return data, write_data(data)


def _observe(schema: JsonObject) -> tuple[dict[str, Any], str]:
    """What to remark is decided by rules elsewhere; the form is kept and left empty."""
    data = make_least(schema, schema)
    data = data if isinstance(data, dict) else {}
    empty = {"notes": [], **data}
    data = empty if is_valid(schema, empty, schema) else data
    return data, write_data(data)


def _describe_open(paths: Any) -> list[str]:
    names = ", ".join(paths)
    return [f"could not be filled from the documents: {names}"] if names else []
