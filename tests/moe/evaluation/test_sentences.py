import json
from pathlib import Path

from bundled_reading import FORMATS
from moe.evaluation.sentences import SentenceBook, read_given_sentences

GIVEN = ["The mill, i.e. Pell Mill.", " It turns. Slowly.", " Missing here."]


def test_the_corpus_s_own_sentences_count_where_it_has_them(write, open_it) -> None:
    text = "".join(GIVEN[:2])
    write("c.jsonl", {"id": "a", "text": text, "sentences": GIVEN}, {"id": "b", "text": "One thing. Another thing."})
    given = read_given_sentences("c.jsonl", FORMATS)
    assert list(given) == ["a"]
    book = SentenceBook(open_it("c.jsonl").library, given)
    start = text.index("Slowly")
    assert book.find_sentences("a", start, start + 3) == [1]
    assert book.find_sentences("a", 0, len(text)) == [0, 1]
    assert book.find_sentences("b", 0, 10) == [0]
    assert book.find_sentences("b", 5, 15) == [0, 1]


def test_a_folder_is_searched_for_lines_with_sentences(write) -> None:
    write("docs/deep/c.jsonl", {"id": "a", "text": "One.", "sentences": ["One."]})
    Path("docs/other.json").write_text(json.dumps({"id": "b", "sentences": ["Two."]}), encoding="utf-8")
    assert read_given_sentences("docs", FORMATS) == {"a": ["One."]}
