"""The tool that answers over tables by computing."""

from collections.abc import Sequence

import pytest

from moe_core import Document, Hit, ToolContext
from moe_core.testing import make_passage
from plugins.tools.data.table_answer import TableAnswer, TableAnswerParams

TEXT = "columns: name, hours\nname: Ada; hours: 3\nname: Ben; hours: 5"


class OneTable:
    """A library of one table."""

    document = Document(document_id="work.csv", title="", text=TEXT, source="work.csv", media_type="text/csv")

    def documents(self):
        return [self.document]

    def get_document(self, document_id):
        return self.document

    def search(self, query, *, k):
        return []


class ManyNotes(OneTable):
    """A library of one table among very many notes, which are not to be read one by one."""

    def documents(self):
        return Unread()

    def search(self, query, *, k):
        return [Hit(passage=make_passage(TEXT, document="work.csv"), score=1.0)]


class Unread(Sequence):
    """Documents that may be counted."""

    def __len__(self):
        return 100_000

    def __getitem__(self, number):
        pytest.fail("a note was read")


def ask(question, library=None):
    wanted = TableAnswerParams(question=question)
    return TableAnswer().execute(wanted, ToolContext(library=library or OneTable())).to_object()


def test_the_value_comes_with_a_statement_and_its_rows():
    result = ask("What is the sum of hours?")
    assert result["value"] == "8"
    assert "all 2 rows of work.csv" in result["statement"]
    assert [item.text for item in result["evidence"]] == ["name: Ada; hours: 3", "name: Ben; hours: 5"]
    assert all(TEXT[item.start : item.end] == item.text for item in result["evidence"])


def test_what_is_plainly_asked_and_not_computed_is_said():
    assert "wages" in ask("What is the average of the wages?")["declined"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What is the total tax?", '"tax"'),
        ("What percentage of the hours was refunded?", '"refunded"'),
        ("What is the standard deviation of the hours?", "standard deviation"),
    ],
)
def test_why_a_figure_is_not_computed_is_told(question, reason):
    assert reason in ask(question)["declined"]


def test_a_question_about_something_else_brings_nothing():
    assert ask("How many bridges cross the river?") == {"evidence": ()}


def test_among_very_many_documents_only_what_search_finds_is_looked_through():
    assert ask("What is the sum of hours?", ManyNotes())["value"] == "8"
