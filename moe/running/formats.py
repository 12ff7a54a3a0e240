"""What each step of a run asks a model for: the JSON Schema to send, and the reading of what comes back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

import msgspec

from moe.asking.fitting.tool_schemas import write_calls_schema
from moe.asking.format import AnswerFormat
from moe_core.contracts.evidence import name_evidence
from moe_core.contracts.messages import Choice
from moe_core.contracts.wire import JsonObject, from_wire
from moe_core.schemas.references import move_references
from moe_core.schemas.validator import get_validator

T = TypeVar("T")
MOST_ITEMS = 256  # of a plan, or of a choice of tools; weak models are held to fewer while they write
# What a language model may write of an answer: a weak one fills whatever room it is given. A choice; replies of servers
# that hold no model to it are taken with more.
STATEMENTS_MOST, CITED_MOST, NOTES_MOST = 6, 3, 2
STATEMENT_LENGTH, NOTE_LENGTH = 240, 120
PLANNED_MOST, INSTRUCTION_LENGTH = 4, 240
_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}


class PlannedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a plan: who does it, and the ids of the tasks it needs."""

    id: str
    who: str
    capability: str
    instruction: str
    depends_on: tuple[str, ...]


class PlannedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that a Drummer wants to use, and with what."""

    tool: str
    params: dict[str, Any]


class ClaimedSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Characters of evidence that a model points at; not checked yet."""

    evidence_id: str
    start: int
    end: int


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as a model made it; its support is not checked yet."""

    text: str
    evidence: tuple[str, ...]
    spans: tuple[ClaimedSpan, ...] = ()
    value: str = ""
    confidence: float = 0.0


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """A model's statements and remarks, and the agent's own response format, filled."""

    statements: tuple[Claim, ...]
    notes: tuple[str, ...]
    data: JsonObject | None = None


class _Calls(msgspec.Struct, frozen=True, kw_only=True):
    calls: tuple[PlannedCall, ...]


def plan_format(pick: str, names: Sequence[str]) -> AnswerFormat[tuple[PlannedTask, ...]]:
    """A plan over agents: `pick` is the key that names who does a task."""
    return _build_plan(pick, tuple(names))


@lru_cache(256)  # a run has few, and each of its Belters the same
def _build_plan(pick: str, names: tuple[str, ...]) -> AnswerFormat[tuple[PlannedTask, ...]]:
    task = _object(
        {
            "id": _STRING,
            pick: {"type": "string", "enum": list(names)},
            "capability": _STRING,
            "instruction": _STRING,
            "depends_on": _STRINGS,
        },
        required=["id", pick, "instruction", "depends_on"],
    )

    def read(data: JsonObject) -> tuple[PlannedTask, ...]:
        raw = from_wire(dict[str, list[dict[str, Any]]], data)["tasks"]
        _check_count(raw, "tasks")
        named = [{"capability": "", **task, "who": task.get(pick)} for task in raw]
        tasks = from_wire(tuple[PlannedTask, ...], named)
        _check_names([task.who for task in tasks], names)
        return tasks

    wanted = _object({"tasks": {"type": "array", "items": task, "minItems": 1}})
    return AnswerFormat(wanted, _in_words(read), _bound_plan(pick, names), wanted)


def _bound_plan(pick: str, names: Sequence[str]) -> JsonObject:
    """A plan in which a language model can go least wrong."""
    ids = {"enum": [f"t{number}" for number in range(1, PLANNED_MOST + 1)]}
    task = _object(
        {
            "id": ids,
            pick: {"type": "string", "enum": list(names)},
            "instruction": {"type": "string", "minLength": 1, "maxLength": INSTRUCTION_LENGTH},
            "depends_on": {"type": "array", "items": ids, "maxItems": PLANNED_MOST - 1},
        }
    )
    return _object({"tasks": {"type": "array", "items": task, "minItems": 1, "maxItems": PLANNED_MOST}})


def calls_format(choices: Sequence[Choice], *, off: Collection[str] = ()) -> AnswerFormat[tuple[PlannedCall, ...]]:
    """A Drummer's choice of tools; language models are held to each tool's own parameters.

    Args:
        choices: The tools that are offered.
        off: Tools that are not; whoever chooses one all the same is told so, and not asked again.
    """
    tools = [choice.name for choice in choices]
    call = _object({"tool": {"type": "string", "enum": tools}, "params": {"type": "object"}})

    def read(data: JsonObject) -> tuple[PlannedCall, ...]:
        calls = from_wire(_Calls, data).calls
        _check_count(calls, "calls")
        _check_names([call.tool for call in calls], [*tools, *off])
        _check_copied(calls, choices)
        return calls

    wanted = _object({"calls": {"type": "array", "items": call}})
    accepted = write_calls_schema([*choices, *(Choice(name=name) for name in off)]) if off else None
    return AnswerFormat(wanted, read, write_calls_schema(choices), accepted)


def claims_format(response_schema: JsonObject | None, *, evidence: int) -> AnswerFormat[Claims]:
    """Statements with their support, and the agent's own response format when it has one.

    Args:
        response_schema: The agent's own; None without one.
        evidence: Pieces of evidence in the request. A language model names them by `name_evidence`, and nothing else.
    """
    return _plain_claims(evidence) if response_schema is None else _build_claims(response_schema, evidence)


@cache
def _plain_claims(evidence: int) -> AnswerFormat[Claims]:
    return _build_claims(None, evidence)


def _build_claims(response_schema: JsonObject | None, evidence: int) -> AnswerFormat[Claims]:
    span = _object({"evidence_id": _STRING, "start": {"type": "integer"}, "end": {"type": "integer"}})
    statement = _object(
        {
            "text": _STRING,
            "evidence": _STRINGS,
            "spans": {"type": "array", "items": span},
            "value": _STRING,
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        required=["text", "evidence"],
    )
    properties: dict[str, object] = {
        "statements": {"type": "array", "items": statement, "maxItems": 24},
        "notes": _STRINGS,
    }
    strict = _bound_claims(evidence)
    if response_schema is not None:
        properties["data"] = strict["data"] = move_references(response_schema, "#/properties/data")

    def read(data: JsonObject) -> Claims:
        claims = from_wire(Claims, data)
        violation = find_violation(response_schema, claims.data) if response_schema is not None else None
        if violation:
            raise ValueError(f"data: {violation}")
        return claims

    return AnswerFormat(_object(properties), read, _object(strict), _object(properties))


def _bound_claims(evidence: int) -> dict[str, object]:
    """The properties in which a language model can go least wrong: short, few, names from a list and no characters."""
    names = {"enum": [name_evidence(place) for place in range(evidence)]}
    text = {"type": "string", "maxLength": STATEMENT_LENGTH}
    cited = {"type": "array", "items": names, "minItems": 1, "maxItems": CITED_MOST}
    statements = {"type": "array", "items": _object({"text": text, "evidence": cited}), "maxItems": STATEMENTS_MOST}
    note = {"type": "string", "maxLength": NOTE_LENGTH}
    if not evidence:
        statements |= {"items": _object({"text": text, "evidence": {"type": "array", "maxItems": 0}}), "maxItems": 0}
    return {"statements": statements, "notes": {"type": "array", "items": note, "maxItems": NOTES_MOST}}


def find_violation(schema: JsonObject, data: object) -> str | None:
    """The first thing in `data` that breaks the schema, in words, or None."""
    found = get_validator(schema).find_first(data)
    return None if found is None else found[:400]


def _object(properties: JsonObject, *, required: list[str] | None = None) -> dict[str, object]:
    names = list(properties) if required is None else required
    return {"type": "object", "properties": dict(properties), "required": names, "additionalProperties": False}


def _check_count(items: Sequence[object], what: str) -> None:
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} {what} are too many: {MOST_ITEMS} at most")


def _check_names(used: Sequence[str], known: Sequence[str]) -> None:
    unknown = next((name for name in used if name not in known), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} is none of {', '.join(known)}")


def _check_copied(calls: Sequence[PlannedCall], choices: Sequence[Choice]) -> None:
    """A weak model writes what a parameter is for in place of a value."""
    for choice in choices:
        described = {
            name: str(part["description"]).strip(" .")
            for name, part in choice.schema.get("properties", {}).items()
            if isinstance(part, Mapping) and part.get("description")
        }
        for call in calls:
            params = call.params.items() if call.tool == choice.name else ()
            copied = next((k for k, v in params if isinstance(v, str) and v.strip(" .") == described.get(k)), None)
            if copied is not None:
                raise ValueError(f"{copied!r} of {call.tool} is its own description, and no value")


def _in_words(read: Callable[[JsonObject], T]) -> Callable[[JsonObject], T]:
    def told(data: JsonObject) -> T:
        try:
            return read(data)
        except KeyError as error:
            raise ValueError(f"{error.args[0]!r} is missing") from error

    return told
