"""What a tool returns is carried as it is, or refused with the place that cannot be."""

import datetime
import math
from decimal import Decimal
from typing import Any

import pytest

from moe.running.tools import plain_result
from moe.running.tools.plain_result import DEPTH_MAX, take_plain
from moe_core.contracts.errors import ToolError
from moe_core.contracts.tool_result import ToolResult
from moe_core.contracts.wire import to_wire
from moe_core.testing.doubles import make_tool
from moe_core.testing.registries import memory_registry
from moe_core.testing.values import make_evidence

ENTRY = memory_registry(tools=[make_tool("lookup")]).tools.get("lookup")
FOUND = make_evidence("Ada Brook designed it.")


def nest(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def test_plain_values_and_contract_values_are_carried() -> None:
    result = {"rows": ((1, 2.5),), "none": None, "yes": True, 3: FOUND, "deep": nest(DEPTH_MAX - 2)}
    assert take_plain(ENTRY, result) == {
        "rows": [[1, 2.5]],
        "none": None,
        "yes": True,
        "3": to_wire(FOUND),
        "deep": nest(DEPTH_MAX - 2),
    }


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (math.nan, "is nan"),
        (-math.inf, "is -inf"),
        ({1, 2}, "is a set"),
        (frozenset(), "is a set"),
        (datetime.date(2026, 1, 2), "of type date"),
        (datetime.timedelta(1), "of type timedelta"),
        (Decimal("1.5"), "of type Decimal"),
        (b"raw", "of type bytes"),
        (object(), "of type object"),
        (dict, "of type type"),
    ],
)
def test_what_json_would_make_into_something_else_is_refused_with_its_place(value: Any, word: str) -> None:
    with pytest.raises(ToolError) as caught:
        take_plain(ENTRY, {"fine": 1, "rows": [{"n": 0}, {"n": value}]})
    assert caught.value.message.startswith("tool lookup returned what JSON cannot carry: result.rows[1].n is")
    assert word in caught.value.message
    assert "return" in (caught.value.hint or "")


def test_a_circle_is_refused() -> None:
    circle: dict[str, Any] = {}
    circle["again"] = [circle]
    with pytest.raises(ToolError, match="in a circle"):
        take_plain(ENTRY, circle)


@pytest.mark.parametrize("value", [[1], None, 3, ToolResult])
def test_only_a_result_a_dict_or_text_is_taken(value: Any) -> None:
    with pytest.raises(ToolError, match="not a ToolResult, a dict or text"):
        take_plain(ENTRY, value)


def test_a_result_that_nobody_can_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_result, "RESULT_BYTES_MAX", 2 << 20)
    assert take_plain(ENTRY, {"text": "a" * (1 << 20)})
    with pytest.raises(ToolError, match="returned 3 MB, and 2 MB is the most"):
        take_plain(ENTRY, {"text": "a" * (3 << 20)})
