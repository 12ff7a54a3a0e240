"""What crosses a boundary as JSON."""

import json

from moe_core.contracts.event import EventKind
from moe_core.contracts.messages import Message
from moe_core.contracts.wire import encode_json


def test_half_a_surrogate_pair_is_replaced_wherever_it_stands():
    value = {"a\ud800": ["\udfff", ("sound 🏠", {"b": "x\ud800y"})], "n": 1}
    assert json.loads(encode_json(value)) == {"a\ufffd": ["\ufffd", ["sound 🏠", {"b": "x\ufffdy"}]], "n": 1}


def test_half_a_surrogate_pair_in_a_contract_value_is_replaced():
    value = Message(role="user", content="mill \ud800")
    assert json.loads(encode_json([value, EventKind.NOTE]))[0]["content"] == "mill \ufffd"
