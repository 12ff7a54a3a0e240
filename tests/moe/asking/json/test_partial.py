"""Texts of a reply are known before the reply is whole."""

import json

from hypothesis import given
from hypothesis import strategies as st

from moe.asking.json.partial import PartialTexts

PATH = ("statements", "*", "text")
TEXTS = st.text(max_size=12)
STATEMENTS = st.lists(
    st.fixed_dictionaries({}, optional={"text": TEXTS, "evidence": st.lists(TEXTS, max_size=2), "x": st.integers()}),
    max_size=4,
)


def read(pieces: list[str]) -> tuple[dict[int, str], set[int]]:
    reader = PartialTexts(PATH)
    texts: dict[int, str] = {}
    ended: set[int] = set()
    for piece in pieces:
        for part in reader.feed(piece):
            texts[part.number] = texts.get(part.number, "") + part.text
            if part.is_last:
                ended.add(part.number)
    return texts, ended


@given(STATEMENTS, TEXTS, st.booleans(), st.integers(1, 7))
def test_any_way_to_cut_the_reply_gives_the_texts_at_the_path(
    statements: list[dict], text: str, ascii_only: bool, size: int
) -> None:
    value = {"text": text, "notes": [text], "statements": statements, "nested": {"statements": [{"text": text}]}}
    whole = json.dumps(value, ensure_ascii=ascii_only)
    texts, ended = read([whole[place : place + size] for place in range(0, len(whole), size)])
    wanted = [statement["text"] for statement in statements if "text" in statement]
    assert list(texts.values()) == wanted
    assert ended == set(range(len(wanted)))


@given(STATEMENTS, st.data())
def test_what_is_known_of_an_unfinished_reply_is_its_beginning(statements: list[dict], data: st.DataObject) -> None:
    whole = json.dumps({"statements": statements})
    texts, ended = read([whole[: data.draw(st.integers(0, len(whole)))]])
    wanted = [statement["text"] for statement in statements if "text" in statement]
    for number, text in texts.items():
        assert wanted[number].startswith(text)
        assert number not in ended or wanted[number] == text


def test_prose_and_fences_before_the_object_are_passed_over() -> None:
    texts, _ = read(['Sure: "text"\n```json\n', '{"statements": [{"text": "Hel', 'lo"}]}\n```'])
    assert texts == {0: "Hello"}


@given(st.lists(st.text(alphabet='{}[]",:\\u0d8 a', max_size=20), max_size=10))
def test_garbage_is_survived(pieces: list[str]) -> None:
    texts, ended = read(["{", *pieces])
    assert ended <= texts.keys()
