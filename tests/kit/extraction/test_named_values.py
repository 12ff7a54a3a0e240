import pytest

from moe_kit.extraction.named_values import find_named


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("city", "what is the weather forecast in Oslo for 2 days", "Oslo"),
        ("city", "what is the weather in oslo tomorrow?", "oslo"),
        ("place", "how deep is the water at Gull Point, and since when?", "Gull Point"),
        ("ticker", "the price of ACME today", "ACME"),
        ("station", "departures from station: harbour north at 9", "harbour north"),
        ("city", "tell me about the forecast", None),
        ("city", "is Oslo warmer than Bergen?", None),
        ("city", "what is the weather tomorrow?", None),
        ("city", "", None),
    ],
)
def test_a_value_is_taken_where_the_words_give_just_one(key, said, value):
    assert find_named(key, said) == value
