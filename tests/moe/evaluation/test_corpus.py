from pathlib import Path

import pytest

from moe.evaluation.corpus import resolve_gold
from moe.evaluation.questions import GoldQuestion
from moe_core.contracts.errors import DocumentError

PATH = Path("questions.jsonl")


def ask(*gold: str) -> list[GoldQuestion]:
    return [GoldQuestion(id="q1", question="Who?", gold=gold)]


def test_gold_may_be_a_line_a_path_below_the_folder_a_whole_file_or_a_passage(write, open_it) -> None:
    write("docs/lines.jsonl", {"id": "a", "text": "One."}, {"id": "b", "text": "Two."})
    Path("docs/notes").mkdir()
    Path("docs/notes/mill.md").write_text("# Mill\n\nThe wheel is of oak.\n", encoding="utf-8")
    opened = open_it("./docs/")
    names = ("a", "notes/mill.md", "docs/notes/mill.md", "notes/mill.md#1", "lines.jsonl")
    gold = resolve_gold(ask(*names), opened, PATH)
    assert [gold.ids[name] for name in names] == [
        "a",
        "docs/notes/mill.md",
        "docs/notes/mill.md",
        "docs/notes/mill.md#1",
        "docs/lines.jsonl",
    ]
    assert gold.find_names("b", "b") == ("b", "b", "docs/lines.jsonl")
    assert gold.find_names("docs/notes/mill.md#1", "docs/notes/mill.md")[-1] == "docs/notes/mill.md"


def test_gold_that_is_not_there_is_one_error_that_counts_the_rest(corpus) -> None:
    with pytest.raises(
        DocumentError, match=r"'mil' of question 'q1' is not in corpus\.jsonl \(and 1 more are missing\)"
    ):
        resolve_gold(ask("mill", "mil", "weir"), corpus, PATH)


def test_support_must_be_there_too(corpus) -> None:
    question = GoldQuestion(question="Who?", gold=("mill",), support=(("weir", 0),))
    with pytest.raises(DocumentError, match=r"'weir' of question 'Who\?' is not in corpus\.jsonl$"):
        resolve_gold([question], corpus, PATH)
