import pytest

from moe_kit.support.figures import find_figures


def is_like(one: str, other: str) -> bool:
    return find_figures(one)[0].is_like(find_figures(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,240 kg", "1.240 kg"),
        ("1240 kilograms", "1,240 kg"),
        ("two mills", "2 mills"),
        ("twenty-one gears", "21 gears"),
        ("£2 million", "2,000,000 pounds"),
        ("1 240 euros", "€1,240"),
        ("the 12th of May", "12 May"),
        ("19.8p", "19,8"),
        ("35 %", "35 percent"),
    ],
)
def test_the_same_amount_is_known_in_other_forms(one: str, other: str) -> None:
    assert is_like(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1,240 kg", "1,240 km"), ("£2 million", "$2 million"), ("2 million", "2 thousand"), ("30 days", "30 weeks")],
)
def test_another_unit_or_scale_is_another_amount(one: str, other: str) -> None:
    assert not is_like(one, other)


def test_metres_are_no_millions() -> None:
    assert find_figures("22 m tall")[0].values == {22.0}
    assert find_figures("£22 m in all")[0].values == {22e6}


def test_one_of_them_is_no_amount() -> None:
    assert find_figures("one of the mills")[0].is_weak
    assert not find_figures("one year")[0].is_weak
