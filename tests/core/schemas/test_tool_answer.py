"""A tool says its result in one of several ways; all become one object."""

from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from moe_core.contracts.tool_result import ToolResult
from moe_core.schemas.tool_answer import take_answer


class Depth(BaseModel):
    metres: float


@dataclass
class Tide:
    high: str


@pytest.mark.parametrize(
    ("answer", "made"),
    [
        ({"a": 1}, {"a": 1}),
        ("calm", {"text": "calm"}),
        (Depth(metres=2.5), {"metres": 2.5}),
        (Tide(high="noon"), {"high": "noon"}),
        (ToolResult(data={"a": 1}, statement="It is 1."), {"a": 1, "statement": "It is 1."}),
    ],
)
def test_each_way_of_saying_it_is_taken(answer: object, made: dict[str, object]) -> None:
    assert take_answer(answer) == made


@pytest.mark.parametrize(("answer", "words"), [(None, "nothing"), (3, "int"), (Tide, "type")])
def test_anything_else_is_refused_by_its_name(answer: object, words: str) -> None:
    with pytest.raises(TypeError, match=f"^{words}, not a ToolResult"):
        take_answer(answer)
