"""Streams cut into lines, events and objects, wherever the network cuts them."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.serving.lines import LineSplitter
from moe_kit.serving.ndjson import ObjectReader
from moe_kit.serving.sse import EventReader, ServerEvent

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LINE_TEXTS = TEXTS.map(lambda text: "".join(char for char in text if char not in "\r\n\ufeff"))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def read_all(reader, chunks):
    found = [item for chunk in chunks for item in reader.feed(chunk)]
    return [*found, *reader.finish()]


@given(
    st.lists(st.lists(LINE_TEXTS, min_size=1, max_size=3), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 10_000), max_size=12),
    st.booleans(),
)
def test_events_are_the_same_wherever_the_stream_is_cut(events, end, places, ends_well):
    lines = [line for event in events for line in (*(f"data: {text}" for text in event), "")]
    stream = end.join(lines).encode() + (end.encode() if ends_well else b"")
    found = read_all(EventReader(), cut(stream, places))
    assert found == [ServerEvent(data="\n".join(event)) for event in events]


def test_comments_ids_and_kinds_are_read_as_the_standard_says():
    stream = b"\xef\xbb\xbf: keep-alive\nid: 7\nevent: ping\ndata:x\n\nretry: 3\n\nerror: {}\n\ndata\n\n"
    assert read_all(EventReader(), [stream]) == [
        ServerEvent(data="x", kind="ping"),
        ServerEvent(data="{}", kind="error"),
        ServerEvent(data=""),
    ]


@given(
    st.lists(st.dictionaries(TEXTS, st.integers() | TEXTS | st.none(), max_size=3), max_size=6),
    st.lists(st.integers(0, 10_000), max_size=12),
    st.booleans(),
)
def test_objects_are_the_same_wherever_the_stream_is_cut(objects, places, ends_well):
    stream = "\n".join(json.dumps(value, ensure_ascii=False) for value in objects).encode() + b"\n" * ends_well
    assert read_all(ObjectReader(), cut(stream, places)) == objects


@pytest.mark.parametrize("line", [b"nonsense\n", b"[1]\n", b"[" * 100_000 + b"\n", b'"text"\n'])
def test_a_line_that_is_no_object_is_refused(line):
    with pytest.raises(ValueError, match=r"."):
        read_all(ObjectReader(), [line])


@pytest.mark.parametrize("chunks", [[b"a" * 11], [b"a" * 6, b"a" * 6], [b"a" * 11 + b"\n"]])
def test_a_line_without_end_is_refused_before_it_fills_the_memory(chunks):
    with pytest.raises(ValueError, match="longer than 10 bytes"):
        read_all(LineSplitter(max_bytes=10), chunks)
