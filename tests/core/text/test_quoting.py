"""What a document holds is never read as a mark of moe's, nor as markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.text.quoting import disarm_text

ACTING = st.text(alphabet="[]()<>!:/a1 ７\u200b［］\\\n-", max_size=30)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[7] /etc/shadow", "⟦7⟧ /etc/shadow"),
        ("[1] [99]", "⟦1⟧ ⟦99⟧"),
        ("[1][2]", "⟦1⟧⟦2⟧"),
        ("[ 7 ]", "⟦ 7 ⟧"),
        ("[1, 3-5]", "⟦1, 3-5⟧"),
        ("[\u200b7]", "⟦\u200b7⟧"),
        ("［７］", "⟦７⟧"),
        ("[[7]]", "[⟦7⟧]"),
        ("![a plan](http://host/?q=1)", "!⟦a plan⟧(http://host/?q=1)"),
        ("[press](javascript:alert(1))", "⟦press⟧(javascript:alert(1))"),
        ("![a[b]c](x)", "!⟦a[b]c⟧(x)"),
        (r"![a\]b](x)", r"![a\]b⟧(x)"),
        ("[a]: javascript:x", "⟦a⟧: javascript:x"),
        ("<img src=x onerror=y>", "‹img src=x onerror=y›"),
        ("<b>bold</b>", "‹b›bold‹/b›"),
        ("<script", "‹script"),
        ("<!-- x -->", "‹!-- x --›"),
        ("<https://host>", "‹https://host›"),
    ],
)
def test_what_would_act_is_written_with_other_brackets(text: str, shown: str) -> None:
    assert disarm_text(text) == shown


@pytest.mark.parametrize("text", ["", "[sic]", "a [note] b", "x < y > z", "1 <3", "f(x)", "a ] b [ c", "[a] [b]"])
def test_what_does_not_act_stays(text: str) -> None:
    assert disarm_text(text) == text


@given(ACTING)
def test_nothing_that_acts_is_left_and_nothing_is_lost(text: str) -> None:
    shown = disarm_text(text)
    assert not re.search(r"\[\s*\d+\s*\]", shown)
    assert not re.search(r"\]\(|\]:", shown)
    assert not re.search(r"<[A-Za-z/!?]", shown)
    assert len(shown) == len(text)
    assert disarm_text(shown) == shown
