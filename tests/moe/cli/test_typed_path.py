"""Paths that no file can have."""

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        ("--project", "\ud800", "agents", "list"),
        ("trust", "\ud800"),
        ("eval", "retrieval", "--corpus", "x", "--questions", "\ud800"),
        ("modelfile", "show", "a\ud800.moe"),
    ],
)
def test_half_a_character_is_a_usage_error(moe, arguments) -> None:
    result = moe(*arguments)
    assert result.exit_code == 2
    assert "can be no file's name" in result.stderr


def test_a_name_that_is_too_long_is_told_of_where_there_is_an_index(moe) -> None:
    assert moe("index", "add", "docs").exit_code == 0
    result = moe("index", "add", "{" * 5000)
    assert result.exit_code == 2
    assert "crashed" not in result.stderr
    assert result.stderr.startswith("error:")


@pytest.mark.parametrize(
    "arguments",
    [("modelfile", "check"), ("modelfile", "show"), ("run", "Who?", "--docs"), ("graph", "export", "Who?", "--output")],
)
def test_a_name_that_is_too_long_is_no_crash_anywhere(moe, arguments) -> None:
    result = moe(*arguments, "a" * 5000)
    assert result.exit_code in (1, 2)
    assert "crashed" not in result.stderr
    assert result.stderr
