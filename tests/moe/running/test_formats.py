"""What is asked of models has few places to go wrong in."""

import pytest

from moe.running.formats import calls_format, claims_format, plan_format
from moe_core.contracts.messages import Choice
from moe_core.schemas.validator import get_validator

SEARCH = Choice(
    name="web_search",
    schema={
        "type": "object",
        "properties": {"query": {"type": "string", "description": "What to search for."}},
        "required": ["query"],
    },
)


def allows(schema: object, value: object) -> bool:
    return get_validator(schema).is_valid(value)  # type: ignore[arg-type]


def claim(*names: str, text: str = "It is red.") -> dict:
    return {"statements": [{"text": text, "evidence": list(names)}], "notes": []}


def test_a_language_model_names_evidence_from_a_list_and_no_characters_of_it() -> None:
    strict = claims_format(None, evidence=2).strict
    assert allows(strict, claim("E1", "E2"))
    assert not allows(strict, claim("E3"))
    assert not allows(strict, claim())
    spans = {"spans": [{"evidence_id": "E1", "start": 0, "end": 3}]}
    assert not allows(strict, {"statements": [{"text": "x", "evidence": ["E1"], **spans}], "notes": []})


def test_a_language_model_gets_little_room_and_without_evidence_none() -> None:
    strict = claims_format(None, evidence=1).strict
    assert not allows(strict, claim("E1", text="x" * 241))
    assert not allows(strict, {"statements": claim("E1")["statements"] * 7, "notes": []})
    assert not allows(strict, {"statements": [], "notes": ["x" * 121]})
    assert not allows(claims_format(None, evidence=0).strict, claim())


def test_what_a_server_let_a_model_write_beyond_is_taken_all_the_same() -> None:
    assert allows(claims_format(None, evidence=1).accepted, claim("document.txt#1", text="x" * 900))


def test_a_plan_names_tasks_and_agents_from_lists() -> None:
    wanted = plan_format("drummer", ["search"])
    task = {"id": "t1", "drummer": "search", "instruction": "find it", "depends_on": []}
    assert allows(wanted.strict, {"tasks": [task]})
    assert not allows(wanted.strict, {"tasks": [{**task, "id": "my task"}]})
    assert not allows(wanted.strict, {"tasks": [{**task, "instruction": "x" * 300}]})
    assert not allows(wanted.strict, {"tasks": [task] * 5})


@pytest.mark.parametrize("value", ["What to search for.", "What to search for"])
def test_a_description_is_never_a_value(value: str) -> None:
    with pytest.raises(ValueError, match="its own description"):
        calls_format([SEARCH]).read({"calls": [{"tool": "web_search", "params": {"query": value}}]})
    assert calls_format([SEARCH]).read({"calls": [{"tool": "web_search", "params": {"query": "mills"}}]})
