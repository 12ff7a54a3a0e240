"""Schemas and arguments come from the signature of `execute`."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext
from moe_core.schemas.call_shape import read_call_shape
from moe_core.schemas.parameters import CallShapeError, get_parameter_schema

CONTEXT = ToolContext(run_id="r")


class Wanted(BaseModel):
    city: str = Field(description="Which")
    days: int = 2


@dataclass
class WantedToo:
    city: str
    days: int = 2


class ByFields(BaseTool):
    async def execute(
        self, city: str, days: Annotated[int, Field(ge=1)] = 2, unit: Literal["C", "F"] = "C", *, run: ToolContext
    ) -> Any:
        """Tell the weather.

        Args:
            city: Where, in the words
                that people use.
            days (int): How many.

        Returns:
            Something: else.
        """
        return city, days, unit, run.run_id


class ByModel(BaseTool):
    async def execute(self, wanted: Wanted, context: ToolContext) -> Any:
        return wanted.city, wanted.days, context.run_id


class ByDataclass(BaseTool):
    def execute(self, wanted: "WantedToo", context) -> Any:
        return wanted.city, wanted.days, context.run_id


class ByDict(BaseTool):
    Params = Wanted

    async def execute(self, params: dict[str, Any]) -> Any:
        return params["city"], params["days"], self.context.run_id


def test_fields_are_described_by_the_docstring_and_bounded_by_their_annotations() -> None:
    schema = get_parameter_schema(ByFields)
    assert schema["required"] == ["city"]
    assert schema["additionalProperties"] is False
    city, days, unit = (schema["properties"][name] for name in ("city", "days", "unit"))
    assert city["description"] == "Where, in the words that people use."
    assert (days["description"], days["minimum"], days["default"]) == ("How many.", 1, 2)
    assert unit["enum"] == ["C", "F"]
    assert "run" not in schema["properties"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("tool", "answer"),
    [
        (ByFields, ("Oslo", 2, "C", "r")),
        (ByModel, ("Oslo", 2, "r")),
        (ByDataclass, ("Oslo", 2, "r")),
        (ByDict, ("Oslo", 2, "r")),
    ],
)
async def test_each_form_is_handed_checked_parameters_and_the_context(tool: type[BaseTool], answer: object) -> None:
    shape = read_call_shape(tool)
    assert shape.schema["required"] == ["city"]
    assert await shape.call(tool(), shape.check({"city": "Oslo"}), CONTEXT) == answer
    with pytest.raises(ValidationError):
        shape.check({"days": 2})
    if tool is not ByModel and tool is not ByDict:  # a model has a rule of its own
        with pytest.raises(ValidationError):
            shape.check({"city": "Oslo", "day": 1})


def test_one_dict_without_a_model_takes_any_object() -> None:
    class Open(BaseTool):
        async def execute(self, params): ...

    assert get_parameter_schema(Open) == {"type": "object"}


def test_no_parameters_take_an_empty_object_only() -> None:
    class Bare(BaseTool):
        def execute(self) -> str:
            return ""

    shape = read_call_shape(Bare)
    assert shape.check({}) == {}
    with pytest.raises(ValidationError):
        shape.check({"x": 1})


def test_a_signature_that_no_schema_can_tell_is_refused() -> None:
    class Loose(BaseTool):
        def execute(self, *words: str) -> str:
            return ""

    with pytest.raises(CallShapeError, match=r"^execute takes \*words, which"):
        read_call_shape(Loose)
