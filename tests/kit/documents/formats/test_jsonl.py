import json

import pytest

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.formats.jsonl import DuplicateIdError


def test_lines_with_id_and_text_are_documents_that_are_never_split(load) -> None:
    text = "First line.\r\n\r\n  Second line, kept.  "
    lines = [{"id": 7, "title": "T", "text": text, "other": [1]}, {"id": "b", "text": ""}]
    documents = load("c.jsonl", "\ufeff\n" + "\r\n\n".join(map(json.dumps, lines))).documents
    assert [(d.document_id, d.title, d.text, d.source, d.is_atomic) for d in documents] == [
        ("7", "T", text, "c.jsonl", True),
        ("b", "", "", "c.jsonl", True),
    ]


def test_other_lines_are_one_document_with_a_record_a_line(load_one) -> None:
    document = load_one("log.jsonl", '{"at": 1.0, "who": {"name": "A; B"}}\n{"at": 2, "tags": ["x", "y"]}\n"plain"\n')
    assert document.text == "at: 1.0; who.name: A, B\nat: 2; tags: x, y\nplain"
    assert not document.is_atomic
    assert document.document_id == "log.jsonl"


def test_the_same_id_twice_names_both_lines(load) -> None:
    with pytest.raises(DuplicateIdError, match=r"'a' is there twice: c\.jsonl, line 1 and c\.jsonl, line 4"):
        load("c.jsonl", '{"id": "a", "text": "x"}\n\n{"id": "b", "text": "x"}\n{"id": "a", "text": "y"}\n')


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "b"}', "line 2: no text"),
        ('{"text": "b"}', "line 2: no id"),
        ("[1]", "line 2: no id"),
        ('{"id": true, "text": "x"}', "line 2: no id"),
        ("{broken", "line 2, column 2"),
    ],
)
def test_a_bad_line_of_a_corpus_is_named(load, line: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        load("c.jsonl", '{"id": "a", "text": "x"}\n' + line)


def test_other_encodings_and_empty_files_are_read(load) -> None:
    line = '{"id": "a", "text": "né à Paris"}'
    assert load("c.jsonl", line.encode("utf-16")).documents[0].text == "né à Paris"
    assert load("c.jsonl", line.encode("cp1252")).documents[0].text == "né à Paris"
    assert load("c.jsonl", "\n\n").documents[0].text == ""


def test_binary_data_is_refused(load) -> None:
    with pytest.raises(DocumentError, match="is not text"):
        load("c.jsonl", b"\x00\x01\x02")
