"""YAML as moe reads it."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.yaml_values import parse_inline, parse_yaml

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("mistral:7b", "mistral:7b"),
        ("22:30", "22:30"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("2026-11-21", "2026-11-21"),
        ("no", "no"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("1.2.3", "1.2.3"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("7", 7),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("0.75", 0.75),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("'7'", "7"),
        ('"true"', "true"),
    ],
)
def test_a_word_is_what_it_looks_like_in_files_and_variables(written, value):
    in_file = parse_yaml(f"key: {written}", source="f").values["key"]
    in_variable = parse_inline(written, source="v")
    assert (in_file, type(in_file)) == (value, type(value))
    assert (in_variable, type(in_variable)) == (value, type(value))


class Dumper(yaml.SafeDumper):
    """Writes YAML 1.1, and quotes texts that are numbers in 1.2 only, as "0E0" is."""


Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?\.?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+.0123456789")
)
Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"([-+]?\d+|0o[0-7]+)$"), list("-+0123456789"))


@given(st.dictionaries(st.text(min_size=1), json_values, max_size=4), st.booleans())
@example({"0": "0E0", "1": "1.5e3", "2": "-2e-1", "3": "08", "4": "0o17"}, False)
def test_whatever_json_can_say_is_read_back(values, is_flow):
    written = yaml.dump(values, Dumper=Dumper, default_flow_style=is_flow, allow_unicode=False)
    keys_as_text = yaml.safe_load(written)
    assert parse_yaml(written, source="f").values == keys_as_text


@given(st.text() | st.text(alphabet="[]{}:,-'\"&*!|>%@#? \n\ta1.~"))
@example("- " * 5000)
@example("[" * 5000)
@example("{a: " * 5000)
@example("a: \ud800")
@example("9" * 5000)
@example("a: &x [*x]")
@example("a: !!python/object:os.system {}")
def test_no_text_raises_anything_but_a_config_error(text):
    for parse in (parse_yaml, parse_inline):
        error = None
        try:
            parse(text, source="here")
        except ConfigError as caught:
            error = caught
        assert error is None or error.message.startswith("here")
        assert error is None or "\n" not in error.message


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", "---\n", "---\n# x\n...\n", "\ufeff", "~"])
def test_an_empty_file_is_an_empty_mapping(text):
    assert parse_yaml(text, source="f").values == {}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("- a\n- b\n", "f:1", "must hold a mapping, not a list"),
        ("word\n", "f:1", "must hold a mapping, not a single value"),
        ("a: 1\nb: [1, 2\n", "f:3", "not valid YAML"),
        ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", "f:5", "'c' is here twice, first in line 3"),
        ("a: 1\n---\nb: 2\n", "f:2", "a second document"),
        ("a: &x 1\nb: *x\n", "f:2", "alias"),
        ("a:\n  <<: {b: 1}\n", "f:2", "merging"),
        ("a: !!binary aGk=\n", "f:1", "tag"),
        ("a: 1\n[b]: 2\n", "f:2", "one word"),
        ("a: " + "[" * 40 + "]" * 40, "f:1", "nested more than"),
    ],
)
def test_what_is_not_read_is_named_with_its_line(text, place, words):
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        parse_yaml(text, source="f")
    assert caught.value.source == place
    assert caught.value.message.startswith(f"{place}: ")


def test_a_key_that_is_there_twice_is_a_field_of_the_error():
    with pytest.raises(ConfigError) as caught:
        parse_yaml("a:\n  b: 1\n  b: 2\n", source="f")
    assert caught.value.key == "a.b"


def test_a_tab_is_told_from_other_faults():
    with pytest.raises(ConfigError) as caught:
        parse_yaml("a:\n\tb: 1\n", source="f")
    assert "tabs" in caught.value.hint


def test_every_key_and_item_knows_its_line():
    parsed = parse_yaml("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", source="f")
    assert parsed.lines == {
        ("a",): 1,
        ("b",): 2,
        ("b", "0"): 3,
        ("b", "1"): 4,
        ("b", "1", "c"): 4,
        ("b", "1", "d"): 5,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("  spaced  ", "spaced"),
        ("a: b", "a: b"),
        ("#fff", "#fff"),
        ("*", "*"),
        ("[a, 1, mistral:7b]", ["a", 1, "mistral:7b"]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ('"a: b"', "a: b"),
    ],
)
def test_a_variable_holds_plain_text_unless_a_bracket_or_quote_opens(text, value):
    assert parse_inline(text, source="v") == value


def test_an_open_bracket_in_a_variable_is_an_error_that_names_it():
    with pytest.raises(ConfigError, match=r"^variable X: not valid YAML"):
        parse_inline("[a, b", source="variable X")
