"""What stands in a batch file, and on which line."""

import pytest

from moe.batch.entries import load_entries, read_entries
from moe_core.contracts.errors import RequestError

MILL = {"question": "Who restored the mill?"}


def read(text: str, suffix: str = "") -> list[tuple[int, dict]]:
    return [(entry.line, dict(entry.fields)) for entry in read_entries(text, name="file", suffix=suffix)]


def test_a_line_is_a_question_and_empty_ones_count_in_the_numbers() -> None:
    assert read("Who restored the mill?\n\n  And when? \n") == [(1, MILL), (3, {"question": "And when?"})]


def test_a_line_of_json_is_a_request_or_a_question() -> None:
    text = '{"question": "Who restored the mill?", "docs": ["a"]}\n\n"When\u2028exactly?"\n'
    assert read(text, ".jsonl") == [(1, {**MILL, "docs": ["a"]}), (3, {"question": "When\u2028exactly?"})]


def test_a_row_begins_where_it_begins_and_its_empty_cells_say_nothing() -> None:
    text = 'Question,docs,belter\n"Who restored\nthe mill?",a b.md;c,\n\nWhen?,,research\n'
    rows = [
        (2, {"question": "Who restored\nthe mill?", "docs": ["a b.md", "c"]}),
        (5, {"question": "When?", "belter": "research"}),
    ]
    assert read(text, ".csv") == rows
    assert read("question;docs\nWhat, and when?;a\n", ".csv") == [(2, {"question": "What, and when?", "docs": ["a"]})]
    assert read("question\tdocs\nWhen?\ta\n", ".tsv") == [(2, {"question": "When?", "docs": ["a"]})]


def test_an_entry_of_yaml_has_the_line_that_it_begins_on() -> None:
    text = "# those of Monday\n- Who restored the mill?\n- question: When?\n  experts: 2\n"
    assert read(text, ".yaml") == [(2, MILL), (3, {"question": "When?", "experts": 2})]


def test_an_item_of_json_has_its_place_in_the_list() -> None:
    text = '["Who restored the mill?", {"question": "When?", "experts": 2}]'
    assert read(text, ".json") == [(1, MILL), (2, {"question": "When?", "experts": 2})]


def test_yaml_is_read_as_moe_reads_its_own_settings() -> None:
    text = "- question: When?\n  correlation_id: 22:30\n- no\n"
    assert read(text, ".yaml") == [(1, {"question": "When?", "correlation_id": "22:30"}), (3, {"question": "no"})]


@pytest.mark.parametrize(
    ("suffix", "text", "told"),
    [
        ("", " \n\n", "holds no question"),
        (".jsonl", '"When?"\n{"question": ', "line 2: it is no JSON"),
        (".jsonl", "[1]\n", "line 1: it is neither a question"),
        (".csv", "Who?,a\nWhen?,b\n", "names no column 'question'"),
        (".csv", "question\nWho, and when?\n", "line 2: it has 2 cells under 1 names"),
        (".csv", 'question\n"Who?\n', "line 2: unexpected end of data"),
        (".yaml", "- Who?\n- [\n", "file:3: not valid YAML"),
        (".yaml", "question: Who?\n", "file is no list"),
        (".yaml", "- &all Who?\n- *all\n", "file:2: alias *all is not read"),
        (".yaml", "- question: a\n  question: b\n", "key 'question' is here twice"),
        (".json", '["Who?",', "file is no JSON"),
        (".json", '["Who?", 7]', "file, item 2: it is neither a question"),
        (".json", '{"question": "Who?"}', "file is no list"),
        (".yaml", "", "holds no question"),
    ],
)
def test_what_is_none_is_told_with_its_line(suffix: str, text: str, told: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(text, suffix)
    assert told in caught.value.message
    assert caught.value.hint


def test_a_file_is_read_by_the_end_of_its_name(tmp_path) -> None:
    path = tmp_path / "questions.CSV"
    path.write_bytes("\ufeffquestion\nWer hat die Mühle erneuert?\n".encode())
    assert load_entries(path)[0].fields == {"question": "Wer hat die Mühle erneuert?"}
    path.write_bytes(b"question\n\xff\n")
    with pytest.raises(RequestError, match="not UTF-8"):
        load_entries(path)
    with pytest.raises(RequestError, match="cannot be read"):
        load_entries(tmp_path)
