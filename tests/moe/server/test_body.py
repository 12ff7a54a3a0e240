"""The depth of JSON, and texts that are none."""

import json

from hypothesis import given
from hypothesis import strategies as st

from moe.server.body import find_wrong_texts, join_pointer, measure_depth

VALUES = st.recursive(
    st.one_of(st.none(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
)


def depth_of(value):
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if below is None else 1 + max(map(depth_of, below), default=0)


@given(VALUES)
def test_brackets_within_texts_do_not_count(value):
    measured = measure_depth(json.dumps(value).encode(), enough=0)
    assert measured == min(1, depth_of(value))
    assert measure_depth(json.dumps([[value]]).encode(), enough=1) == 2


def test_few_brackets_cannot_be_deep():
    assert measure_depth(b"[[[", enough=64) == 0
    assert measure_depth(b"[" * 100, enough=64) == 65


def test_a_wrong_text_is_named_by_its_place():
    wrong = find_wrong_texts({"a/b": [{"c": "x\0"}], "d": "\udc00", "e~\0": 1})
    assert [part.pointer for part in wrong] == ["", "/a~1b/0/c", "/d"]


def test_steps_of_a_pointer_are_escaped():
    assert join_pointer("/a", "b~/c") == "/a/b~0~1c"
