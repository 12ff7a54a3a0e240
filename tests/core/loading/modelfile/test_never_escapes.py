"""Whatever the input, nothing but ModelfileError comes out, and it points into the file."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.contracts.errors import ModelfileError
from moe_core.contracts.wire import encode_json
from moe_core.loading.modelfile.agent import build_agent
from moe_core.loading.modelfile.lexer import SourceText
from moe_core.loading.modelfile.parser import parse_modelfile
from moe_core.loading.modelfile.schema import build_schema

many = settings(max_examples=200)


def read(text):
    """Parse and build; return the error, or None."""
    try:
        modelfile = parse_modelfile(text, "x.moe")
    except ModelfileError as error:
        return error
    try:
        build_agent(modelfile, name="x")
    except ModelfileError as error:
        return error
    return None


def assert_points_into(error, text):
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert error.path == "x.moe"
    assert error.message
    assert 1 <= error.line <= len(lines)
    assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    assert f"x.moe:{error.line}:{error.column}: {error.error_code}: " in str(error)
    str(error).encode()


@many
@given(data=st.data())
def test_random_text_only_ever_raises_a_modelfile_error(data, random_files):
    text = data.draw(random_files)
    error = read(text)
    if error:
        assert_points_into(error, text)


@many
@given(data=st.data())
def test_a_damaged_modelfile_only_ever_raises_a_modelfile_error(data, mutated_files):
    text = data.draw(mutated_files)
    error = read(text)
    if error:
        assert_points_into(error, text)


@many
@given(data=st.data())
def test_any_python_value_as_schema_only_ever_raises_a_modelfile_error(data, json_values):
    odd = st.sampled_from([float("nan"), float("inf"), 2**70, b"x", object(), {1: 2}, {"a": {1}}, "\ud800", (1, "a")])
    value = data.draw(json_values | odd | st.dictionaries(st.sampled_from(["type", "enum", "properties", "a?"]), odd))
    error = None
    try:
        encode_json(build_schema(value, "tools.yaml"))
    except ModelfileError as caught:
        error = caught
    assert error is None or (error.path, error.error_code) == ("tools.yaml", "MOE024")


@pytest.mark.parametrize("opening", ["{a:", "[", "{a:["])
def test_nesting_is_capped_with_an_error_at_the_bracket_that_is_too_deep(opening):
    text = "FROM a\nMETA {a:" + opening * 40_000
    with pytest.raises(ModelfileError) as caught:
        parse_modelfile(text)
    assert caught.value.error_code == "MOE018"
    assert SourceText(text).line(2)[caught.value.column - 1] in "{["


def test_sixty_four_levels_are_allowed_and_built():
    block = "{a:" * 63 + "{a: string}" + "}" * 63
    modelfile = parse_modelfile(f"FROM a\nROLE belter\nRESPONSE_FORMAT {block}\n")
    assert build_agent(modelfile, name="x").response_schema["properties"]["a"]["type"] == "object"


@many
@given(data=st.data())
def test_any_json_object_is_a_block_that_reads_as_itself(data, json_values):
    value = data.draw(st.dictionaries(st.text(max_size=6), json_values, max_size=4))
    for indent in (None, 2):
        text = f"FROM a\nMETA {json.dumps(value, indent=indent, ensure_ascii=data.draw(st.booleans()))}"
        assert repr(parse_modelfile(text).last("meta").value) == repr(value)


def test_a_value_that_contains_itself_is_refused():
    value = {}
    value["self"] = value
    with pytest.raises(ModelfileError, match="64 deep"):
        build_schema(value)


def test_a_value_that_unfolds_without_end_is_refused():
    value = "string"
    for _ in range(30):
        value = {"a": value, "b": value}
    with pytest.raises(ModelfileError, match="more than 50000 parts"):
        build_schema(value)


def test_a_large_file_of_one_long_line_is_read_or_refused_in_one_pass():
    assert read("FROM a\nMETA { a: " + "word " * 50_000 + "}").error_code == "MOE022"
    assert read('FROM a\nSYSTEM "' + '"x\n' * 50_000).error_code == "MOE008"
    assert read('FROM a\nSYSTEM "x' + "\n" * 500_000).error_code == "MOE008"
    assert len(parse_modelfile("FROM a\n" + "".join(f"PARAMETER p{n} 1\n" for n in range(50_000))).warnings) == 100
    assert read("FROM a\n" + "TOOL t { a: [1, 2] }\n" * 5_000).error_code == "MOE022"
