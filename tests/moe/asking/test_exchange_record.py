"""What is kept of prompts and replies, and what never."""

import json

import pytest

from moe.asking.exchange_record import ExchangeRecord
from moe_core.contracts.messages import Grounding, Message, ModelReply, ModelRequest, Purpose

KEY = 'sk-"quoted"-1234'


@pytest.fixture
def kept():
    return {}


@pytest.fixture
def record(kept):
    return ExchangeRecord(kept.__setitem__)


def ask(*texts, **parameters):
    messages = tuple(Message(role="user", content=text) for text in texts)
    grounding = Grounding(purpose=Purpose.EXECUTE, question="q")
    return ModelRequest(model="small:1", messages=messages, grounding=grounding, parameters=parameters)


def test_the_same_prompt_has_one_digest_and_another_another(record, kept):
    first = record.keep_prompt(ask("Who?", seed=3))
    assert record.keep_prompt(ask("Who?", seed=3)) == first
    assert record.keep_prompt(ask("Who?", seed=4)) != first
    assert json.loads(kept[first]) == {"messages": [{"role": "user", "content": "Who?"}], "parameters": {"seed": 3}}


def test_keys_are_kept_nowhere(record, kept):
    record.keep_prompt(ask(f"The note says {KEY}, and more", api_key="abc"), secret=KEY)
    record.keep_reply(ModelReply(text=f"It is {KEY}."), secret=KEY)
    assert all("quoted" not in text and "abc" not in text for text in kept.values())
    assert sum("********" in text for text in kept.values()) == 2


def test_a_reply_is_kept_as_its_text_else_as_its_object(record, kept):
    told = record.keep_reply(ModelReply(text="", data={"a": 1}, reasoning="hm", finish_reason="length"))
    assert json.loads(kept[told])["messages"] == [{"role": "assistant", "content": '{"a":1}'}]
    assert json.loads(kept[told])["reasoning"] == "hm"


def test_what_is_no_json_is_not_kept(record, kept):
    assert record.keep_reply(ModelReply(text="", data={"a": object()})) == ""
    assert kept == {}
