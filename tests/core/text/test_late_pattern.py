"""A pattern that waits to be compiled."""

import re

import pytest

from moe_core.text.late_pattern import LatePattern


def test_it_is_compiled_once_and_with_its_flags() -> None:
    late = LatePattern(r"a(b)", re.IGNORECASE)
    assert late.regex is late.regex
    assert late.regex.findall("AB ab") == ["B", "b"]


def test_it_is_not_compiled_before_it_is_used() -> None:
    broken = LatePattern("(")
    with pytest.raises(re.error):
        _ = broken.regex
