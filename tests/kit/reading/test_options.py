"""The reader's own settings."""

import pytest

from moe_core.contracts.errors import ModelError
from moe_kit.reading.options import ReaderOptions, read_options


def test_what_the_rules_are_given_is_no_option_of_the_readers():
    assert read_options({"evidence_coverage": 0.3}) == ReaderOptions()


@pytest.mark.parametrize(
    ("options", "name", "hint"),
    [
        ({"treads": 1}, "treads", "did you mean threads?"),
        ({"threads": 0}, "threads", "docs/reference"),
        ({"threads": "two"}, "threads", "docs/reference"),
        ({"presence_min": 1.5}, "presence_min", "docs/reference"),
        ({"temperature": 0}, "temperature", "docs/reference"),
    ],
)
def test_an_option_of_no_use_is_named(options, name, hint):
    with pytest.raises(ModelError, match=f"options.{name}: ") as told:
        read_options(options)
    assert hint in told.value.hint
