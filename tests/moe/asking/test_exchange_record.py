"""What is kept of prompts and replies, and what never."""

import json
from dataclasses import replace

import pytest

from moe.asking.exchange_record import ExchangeRecord, read_exchange
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


def test_an_agents_own_words_are_kept_once_and_read_back_with_each_prompt(record, kept):
    own = Message(role="system", content="You are the research Belter. " * 20)
    found = [record.keep_prompt(replace(ask(text), messages=(own, *ask(text).messages))) for text in ("Who?", "Why?")]
    assert "".join(kept.values()).count("You are the research") == 20
    for digest, text in zip(found, ("Who?", "Why?"), strict=True):
        told = read_exchange(kept.get, digest)
        assert [message.content for message in told.messages] == [own.content, text]
    assert read_exchange(kept.get, "0" * 32) is None
    assert [read_exchange(kept.get, digest) for digest in kept if digest not in found] == [None]


def test_what_is_said_again_is_handed_over_once():
    handed = []
    record = ExchangeRecord(lambda digest, data: handed.append(digest))
    for text in ("Who?", "Why?", "Who?"):
        record.keep_prompt(ask(text))
        record.keep_reply(ModelReply(text="ok"))
    assert len(handed) == len(set(handed)) == 3


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
