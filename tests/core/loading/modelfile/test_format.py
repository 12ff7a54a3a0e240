"""Formatting a modelfile and reading it again changes nothing that it says."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.commands import Command, Modelfile
from moe_core.loading.modelfile.format import format_modelfile
from moe_core.loading.modelfile.parser import parse_modelfile

many = settings(max_examples=200)


def said(modelfile):
    """What the commands say, types included."""
    return [(c.keyword, c.name, repr(c.value)) for c in modelfile.commands]


def assert_round_trip(modelfile):
    text = format_modelfile(modelfile)
    again = parse_modelfile(text)
    assert said(again) == said(modelfile)
    assert format_modelfile(again) == text


@many
@given(data=st.data())
def test_parse_format_parse_is_parse(data, valid_files):
    assert_round_trip(parse_modelfile(data.draw(valid_files)))


@many
@given(data=st.data())
def test_damaged_files_that_still_parse_round_trip_too(data, mutated_files):
    try:
        modelfile = parse_modelfile(data.draw(mutated_files))
    except ModelfileError:
        return
    assert_round_trip(modelfile)


@many
@given(data=st.data())
def test_any_json_object_is_a_block_that_reads_as_itself(data, json_values):
    value = data.draw(st.dictionaries(st.text(max_size=6), json_values, max_size=4))
    for indent in (None, 2):
        text = f"FROM a\nMETA {json.dumps(value, indent=indent, ensure_ascii=data.draw(st.booleans()))}"
        modelfile = parse_modelfile(text)
        assert repr(modelfile.last("meta").value) == repr(value)
        assert_round_trip(modelfile)


def test_the_sample_is_written_in_one_canonical_way(sample):
    modelfile = parse_modelfile(sample)
    text = format_modelfile(modelfile)
    assert said(parse_modelfile(text)) == said(modelfile)
    assert 'CAPABILITY search, "rare books", citation\n' in text
    assert "PARAMETER stop {\nPARAMETER stop <end>\n" in text
    assert "TOOL document_search\nTOOL catalogue { limit: 10, url: http://localhost:8080/x, tags: [a, b] }\n" in text
    assert "\nFALLBACK { provider: openai, model: qwen3:8b }\nFALLBACK llama3.2:3b\n" in text
    assert '\n    examples: ["Which book names the lighthouse?", "it\'s here"]\n' in text


@pytest.mark.parametrize("text", ['"', '""', "", " x ", '"x', 'x"', "{", "[", "a\nb", "\ufeff", '"\n"', "\n"])
def test_every_text_that_a_modelfile_can_hold_is_quoted_as_needed(text):
    for keyword, name in (("system", ""), ("tool", "t"), ("fallback", ""), ("parameter", "q"), ("parameter", "stop")):
        commands = (Command(keyword="from", value="a"), Command(keyword=keyword, name=name, value=text))
        assert_round_trip(Modelfile(commands=commands))


def test_a_text_that_no_modelfile_can_hold_is_refused():
    commands = (Command(keyword="from", value="a"), Command(keyword="system", value='a"""\nb'))
    with pytest.raises(ModelfileError, match="SYSTEM cannot be quoted"):
        format_modelfile(Modelfile(commands=commands))
