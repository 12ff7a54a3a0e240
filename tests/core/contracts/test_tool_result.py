"""A result as one object: data beside the fields that are set."""

from pathlib import Path

import pytest

from moe_core.contracts.tool_result import ToolResult


def test_only_what_is_set_is_told_but_an_empty_search_is() -> None:
    assert ToolResult().to_object() == {}
    assert ToolResult(evidence=()).to_object() == {"evidence": ()}
    assert ToolResult(files=[Path("a.txt")], value="3").to_object() == {"files": ["a.txt"], "value": "3"}


def test_data_that_says_what_a_field_says_is_refused_and_otherwise_left() -> None:
    assert ToolResult(data={"text": "x"}).to_object() == {"text": "x"}
    with pytest.raises(ValueError, match="'text'"):
        ToolResult(data={"text": "x"}, text="y").to_object()
