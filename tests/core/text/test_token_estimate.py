"""Token estimates, and the ratio that is learnt on top of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.text.token_estimate import TokenRatio, estimate_tokens

COUNTS = st.lists(st.tuples(st.floats(1, 10_000), st.floats(1, 10_000)), max_size=30)


def test_an_empty_text_has_no_tokens() -> None:
    assert estimate_tokens("") == 0


@pytest.mark.parametrize(
    ("text", "low", "high"),  # what today's tokenizers make of these, give or take
    [
        ("The bridge was rebuilt in 1924, after the flood.", 10, 14),
        ("Internationalisierungsbemühungen", 6, 18),
        ("日本語のテキスト", 5, 10),
        ("Это предложение написано по-русски.", 8, 18),
        ("2024-11-19", 5, 8),
        ('{"statements":[{"text":"a"}]}', 8, 16),
        ("    return value\n\n\n", 3, 6),
    ],
)
def test_estimates_are_near_what_tokenizers_make(text: str, low: float, high: float) -> None:
    assert low <= estimate_tokens(text) <= high


@given(st.text(max_size=60), st.text(max_size=60))
def test_parted_by_a_break_texts_count_as_much_together_as_alone(first: str, second: str) -> None:
    together = estimate_tokens(f"{first}.\n{second}")
    apart = estimate_tokens(f"{first}.") + estimate_tokens(f"\n{second}")
    assert abs(together - apart) <= 1.0


@given(st.text(max_size=80), st.sampled_from(["a", "ß", "語", "7", "!", "\n", " "]))
def test_more_text_never_has_fewer_tokens(text: str, more: str) -> None:
    assert estimate_tokens(f"{text} x {more}") >= estimate_tokens(f"{text} x")


def test_long_runs_are_quick_and_not_kept() -> None:
    assert estimate_tokens("a" * 1_000_000) > 100_000
    assert estimate_tokens("1" * 1_000_000) > 100_000
    assert estimate_tokens(" " * 1_000_000) == 1


def test_a_constant_factor_is_learnt_at_once_and_kept() -> None:
    ratio = TokenRatio()
    for _ in range(10):
        ratio = ratio.learn(counted=150, estimated=100)
        assert ratio.value == pytest.approx(1.5)
    assert ratio.samples == 10


def test_what_comes_last_counts_most_after_a_while() -> None:
    ratio = TokenRatio()
    for counted in [100] * 20 + [200] * 12:
        ratio = ratio.learn(counted=counted, estimated=100)
    assert ratio.value > 1.9


@given(COUNTS)
def test_the_ratio_stays_within_reason(counts: list[tuple[float, float]]) -> None:
    ratio = TokenRatio()
    for counted, estimated in counts:
        ratio = ratio.learn(counted=counted, estimated=estimated)
        assert 0.5 <= ratio.value <= 2.5
    assert ratio.samples <= len(counts)


@pytest.mark.parametrize(("counted", "estimated"), [(0, 100), (30, 100), (5, 10)])
def test_counts_of_a_part_of_the_request_and_tiny_requests_teach_nothing(counted: float, estimated: float) -> None:
    assert TokenRatio().learn(counted=counted, estimated=estimated) == TokenRatio()
