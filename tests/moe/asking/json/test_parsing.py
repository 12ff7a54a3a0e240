"""One JSON object from whatever a model writes."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.asking.json.parsing import TEXT_MAX, parse_object
from moe.asking.json.problems import ReplyError
from moe.contracts.models import OutputProblem

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(st.text(min_size=1), VALUES, max_size=5)
PROSE = st.text(alphabet=st.characters(exclude_characters="{}[]<>|", exclude_categories=["Cs"]), max_size=40)


def problem_of(text: str, **kwargs: object) -> OutputProblem:
    with pytest.raises(ReplyError) as caught:
        parse_object(text, **kwargs)
    return caught.value.problem


@given(OBJECTS, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_is_read_as_it_stands(value: dict, ascii_only: bool, indent: object) -> None:
    parsed = parse_object(json.dumps(value, ensure_ascii=ascii_only, indent=indent))
    assert parsed.value == value
    assert not parsed.was_repaired


@given(
    OBJECTS.filter(bool),
    PROSE,
    PROSE,
    st.sampled_from(["{}", "```json\n{}\n```", "```\n{}```", "<think>so {</think>{}"]),
)
def test_prose_fences_and_thoughts_around_an_object_do_not_matter(
    value: dict, before: str, after: str, frame: str
) -> None:
    text = before + frame.replace("{}", json.dumps(value), 1) + after
    assert parse_object(text).value == value


@given(st.text(max_size=300))
def test_any_text_gives_an_object_or_a_reply_error(text: str) -> None:
    with suppress(ReplyError):
        assert isinstance(parse_object(text).value, dict)


@given(OBJECTS, st.data())
def test_what_is_saved_of_a_cut_reply_was_written(value: dict, data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        saved = parse_object(cut).value
    except ReplyError:
        return
    assert is_part(saved, value)


def is_part(saved: object, whole: object) -> bool:
    """Whether the one is the other with things missing at ends, never a shortened scalar."""
    if isinstance(saved, dict) and isinstance(whole, dict):
        return all(key in whole and is_part(item, whole[key]) for key, item in saved.items())
    if isinstance(saved, list) and isinstance(whole, list):
        return len(saved) <= len(whole) and all(map(is_part, saved, whole))
    return saved == whole


@pytest.mark.parametrize(
    "text",
    [
        '<think>{"a": 0}</think>{"a": 1}',
        '<THINK>one</think> <think>two {"a": 0}</think>\n{"a": 1}',
        'begun before {"a": 0} </think>{"a": 1}',
        '[THINK]hm {"a": 0}[/THINK]{"a": 1}',
        '{"a": 1}\n<reasoning>afterthought {"a": 0}',
        'First: <thoughts>{"a": 0}</thoughts> then {"a": 1}',
        '<|channel|>analysis<|message|>hm {"a": 0}<|end|><|channel|>final<|message|>{"a": 1}<|return|>',
        'So: <|channel|>analysis<|message|>{"a": 0}<|end|>{"a": 1}',
    ],
)
def test_an_object_among_the_thoughts_is_not_the_answer(text: str) -> None:
    assert parse_object(text).value == {"a": 1}


def test_a_tag_inside_a_text_of_the_object_is_text() -> None:
    assert parse_object('Here: {"a": "use <think> and </think>"} done').value == {"a": "use <think> and </think>"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("{'a': 'it', 'b': True, 'c': None}", {"a": "it", "b": True, "c": None}),
        ('{"a": "he said "hi" to me"}', {"a": 'he said "hi" to me'}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ("{a: 1}", {"a": 1}),
        ('{"a": 1 // why\n}', {"a": 1}),
        ('{"a": {"b": ["c", "d"', {"a": {"b": ["c", "d"]}}),
        ('```json\n{"a": ["b"\n```', {"a": ["b"]}),
    ],
)
def test_broken_json_is_repaired_and_said_to_be(text: str, value: dict) -> None:
    parsed = parse_object(text)
    assert parsed.value == value
    assert parsed.was_repaired


@pytest.mark.parametrize(
    "text",
    ['{"a": "x', '{"a": 12', '{"a": tru', '{"a": ', '{"a": 1, "b"', '{"a": [1,', '{"a": "b", ', "{"],
)
def test_an_object_that_ends_inside_a_value_is_never_completed(text: str) -> None:
    assert problem_of(text) is OutputProblem.CUT_OFF


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", OutputProblem.EMPTY),
        ("  \n", OutputProblem.EMPTY),
        ('<think>I would say {"a": 1}', OutputProblem.EMPTY),
        ("I cannot answer that.", OutputProblem.NO_OBJECT),
        ('[{"a": 1}, {"a": 2}]', OutputProblem.NO_OBJECT),
        ("42", OutputProblem.NO_OBJECT),
        ('{"a": NaN}', OutputProblem.SCHEMA),
        ('{"a": -Infinity}', OutputProblem.SCHEMA),
        ('{"a": 1e999}', OutputProblem.SCHEMA),
        ('{"a": 1, "a": 2}', OutputProblem.SCHEMA),
        ("[" * 100_000, OutputProblem.TOO_BIG),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, OutputProblem.TOO_BIG),
        ('{"a":' * 100 + "1" + "}" * 100, OutputProblem.TOO_BIG),
        (" " * (TEXT_MAX + 1), OutputProblem.TOO_BIG),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(text: str, problem: OutputProblem) -> None:
    assert problem_of(text) is problem


@pytest.mark.parametrize(
    "unit", ["'#", '1"', '*"x"', "{", "(", "[", '{"a": ["b", "c"d, ', "\n\\}", '"', "<think>", "{}"]
)
@pytest.mark.parametrize("start", ["{", '{"a": "', ""])
def test_garbage_comes_to_an_end(start: str, unit: str) -> None:
    text = start + unit * (90_000 // len(unit))
    with suppress(ReplyError):
        assert isinstance(parse_object(text).value, dict)


def test_the_same_key_with_the_same_value_is_no_contradiction() -> None:
    assert parse_object('{"a": 1, "a": 1}').value == {"a": 1}


def test_of_several_objects_the_one_with_the_wanted_keys_is_taken() -> None:
    text = 'Schema {"type": "object"}: {"answer": 1, "why": 2} (config {"debug": true})'
    assert parse_object(text, keys=("answer", "why")).value == {"answer": 1, "why": 2}
    assert parse_object(text).value == {"debug": True}


def test_a_broken_object_with_the_wanted_keys_comes_before_a_sound_one_without() -> None:
    parsed = parse_object('{"debug": true} {"answer": 1,}', keys=("answer",))
    assert parsed.value == {"answer": 1}
    assert parsed.was_repaired


def test_an_inner_object_never_stands_for_the_broken_one_around_it() -> None:
    text = '{"statements": [{"text": "a", "evidence": ["e1"]}, {"text": "b'
    assert problem_of(text, keys=("text", "evidence")) is OutputProblem.CUT_OFF


def test_half_a_surrogate_pair_is_replaced() -> None:
    value = parse_object('{"a\\ud800": "x\\ud83d", "b": "\\ud83d\\ude00"}').value
    assert value == {"a\ufffd": "x\ufffd", "b": "\U0001f600"}


def test_a_repaired_object_is_held_to_the_same_rules() -> None:
    assert problem_of("{'a': 1e999,}") is OutputProblem.UNREADABLE
    assert parse_object("{'a': 1e9,}").value == {"a": 1e9}
