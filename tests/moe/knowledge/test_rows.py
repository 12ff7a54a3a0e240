"""Rows of tables, as people find them."""

import pytest

from bundled_reading import load_library
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import SearchSetup


@pytest.fixture
def read(write, setup: SearchSetup):
    """A library of one file of that name and text."""

    def read(name: str, text: str) -> DocumentLibrary:
        write(f"docs/{name}", text)
        return load_library(["docs"], setup=setup).library

    return read


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("crew.csv", 'name,boat\nAda,Heron\n"Bo, Jr.",Stork\n\nAda,Heron\n'),
        ("crew.csv", "\ufeffname; boat\r\nAda; Heron\r\nBo, Jr.; Stork\r\nAda; Heron\r\n"),
        ("crew.csv", 'The crew of 1990\n\nname,boat\nAda,Heron\n"Bo, Jr.",Stork\nAda,Heron\n'),
        ("crew.TSV", "name\tboat\nAda\tHeron\nBo, Jr.\tStork\nAda\tHeron\n"),
    ],
)
def test_a_row_is_counted_below_the_head_also_where_two_are_alike(read, name: str, written: str) -> None:
    library = read(name, written)
    text = library.get_document(f"docs/{name}").text
    first, second = text.index("name: Ada"), text.rindex("name: Ada")
    assert [library.find_row(f"docs/{name}", place) for place in (first, text.index("Stork"), second)] == [1, 2, 3]
    assert library.find_row(f"docs/{name}", 0) is None  # the head
    assert library.find_row("docs/elsewhere.csv", 0) is None


def test_other_documents_have_no_rows(read) -> None:
    assert read("crew.md", "columns: name\nname: Ada\n").find_row("docs/crew.md", 14) is None
