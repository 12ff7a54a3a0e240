"""Values of structs that behave as dataclasses where plugins treat them as such."""

import dataclasses
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel, ValidationError

from moe_core.contracts.messages import Grounding, Message, ModelReply, Purpose, Usage
from moe_core.contracts.task import Span, Statement
from moe_core.contracts.value import Value


class Named(Value, frozen=True, kw_only=True):
    name: str
    words: tuple[str, ...] = ()
    facts: dict[str, Any] = msgspec.field(default_factory=dict)


def test_the_standard_library_replaces_fields_of_a_value() -> None:
    reply = ModelReply(text="one", usage=Usage(prompt_tokens=3))
    assert dataclasses.replace(reply, text="two") == ModelReply(text="two", usage=Usage(prompt_tokens=3))
    assert reply.text == "one"


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        dataclasses.replace(Message(role="user", content="x"), word="y")  # type: ignore[call-arg]


def test_each_class_has_its_own_fields_with_their_defaults() -> None:
    fields = {field.name: field for field in dataclasses.fields(Named)}
    assert list(fields) == ["name", "words", "facts"]
    assert fields["name"].default is dataclasses.MISSING
    assert fields["words"].default == ()
    assert fields["facts"].default_factory is dict
    assert [field.name for field in dataclasses.fields(Message)] == ["role", "content"]


def test_a_value_as_a_dict_holds_the_values_in_it_as_dicts() -> None:
    statement = Statement(text="x", spans=(Span(evidence_id="a", start=0, end=1),))
    assert dataclasses.asdict(statement)["spans"] == ({"evidence_id": "a", "start": 0, "end": 1},)


def test_a_value_never_changes() -> None:
    grounding = Grounding(purpose=Purpose.PLAN, question="q")
    with pytest.raises(AttributeError):
        grounding.question = "other"  # type: ignore[misc]


def test_a_pydantic_model_takes_one_as_a_field() -> None:
    class Letter(BaseModel):
        said: Message

    message = Message(role="user", content="Who?")
    letter = Letter(said=message)
    assert letter.said == message
    assert Letter.model_validate_json(letter.model_dump_json()) == letter
    with pytest.raises(ValidationError, match="content"):
        Letter.model_validate({"said": {"role": "user"}})
