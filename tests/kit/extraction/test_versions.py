"""What documents say of one thing at several times, or against each other."""

from collections.abc import Callable

import pytest

from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.kinds import find_asked_kinds
from moe_kit.extraction.units import Unit, split_evidence
from moe_kit.extraction.versions import are_versions, contradict


def _unit(make_evidence: Callable[..., Evidence], name: str, title: str = "Rules") -> Unit:
    (unit,) = split_evidence([make_evidence("The fee is 4 euros.", name=name, title=title)])
    return unit


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ("rules-2021", "rules-2024", True),
        ("rules-2021", "rules-new", False),
        ("heron-2021", "swift-2024", False),
        ("rules-2021", "rules_2021", False),
    ],
)
def test_versions_have_one_name_and_two_dates(
    make_evidence: Callable[..., Evidence], one: str, other: str, is_so: bool
) -> None:
    assert are_versions(_unit(make_evidence, one), _unit(make_evidence, other)) is is_so


def test_texts_of_different_titles_are_no_versions(make_evidence: Callable[..., Evidence]) -> None:
    assert not are_versions(_unit(make_evidence, "a-2021", "Pool 2021"), _unit(make_evidence, "a-2024", "Hall 2024"))


@pytest.mark.parametrize(
    ("other", "is_so"),
    [
        ("The tower is 34 metres high.", True),
        ("The tower is 31 metres high.", False),
        ("The tower, rebuilt by the mill's owner, is 34 metres high.", False),
        ("The tower is thirty-one metres high.", False),
    ],
)
def test_sentences_contradict_in_the_value_asked_for(other: str, is_so: bool) -> None:
    asked = find_asked_kinds("How high is the tower?")
    assert contradict(asked, "The tower is 31 metres high.", other) is is_so
