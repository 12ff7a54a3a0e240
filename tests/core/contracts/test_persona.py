"""Traits, and the settings they stand for."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.contracts.persona import Traits

SETTINGS = st.tuples(*[st.floats(-100, 100)] * 3).map(sorted)


@given(SETTINGS)
def test_a_setting_rises_with_its_trait_between_the_given_ends(settings):
    low, neutral, high = settings
    made = [Traits.scale(trait, low=low, neutral=neutral, high=high) for trait in range(1, 10)]
    assert [made[0], made[4], made[8]] == pytest.approx([low, neutral, high])
    assert all(after >= before - 1e-9 for before, after in pairwise(made))


@given(SETTINGS)
def test_a_setting_may_fall_with_its_trait(settings):
    high, neutral, low = settings
    made = [Traits.scale(trait, low=low, neutral=neutral, high=high) for trait in range(1, 10)]
    assert all(after <= before + 1e-9 for before, after in pairwise(made))


@pytest.mark.parametrize("value", [0, 10, -1])
def test_traits_go_from_one_to_nine(value):
    with pytest.raises(ValueError, match=f"curiosity is {value}; traits go from 1 to 9"):
        Traits(curiosity=value)


def test_traits_of_any_name_are_kept_beside_the_five():
    traits = Traits(depth=9, further={"figures": 8})
    assert [traits.find(name) for name in ("depth", "figures", "tables")] == [9, 8, 5]
    assert traits.as_mapping()["figures"] == 8
    assert list(traits.as_mapping())[:5] == ["breadth", "depth", "curiosity", "precision", "scepticism"]
    with pytest.raises(ValueError, match="figures is 0"):
        Traits(further={"figures": 0})
    with pytest.raises(ValueError, match="depth is no further trait"):
        Traits(further={"depth": 9})
