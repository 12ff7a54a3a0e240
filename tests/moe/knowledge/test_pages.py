import pytest

from moe.knowledge.pages import name_pages
from moe_core.contracts.evidence import Page

PAGES = (Page(label="i", start=0), Page(label="1", start=10), Page(label="2", start=10), Page(label="3", start=30))


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [
        (0, 10, "i"),
        (0, 11, "i-2"),
        (9, 10, "i"),
        (10, 12, "2"),
        (29, 31, "2-3"),
        (30, 99, "3"),
        (30, 30, "3"),
        (0, 99, "i-3"),
    ],
)
def test_a_stretch_is_named_by_the_pages_it_stands_on(start: int, end: int, named: str) -> None:
    assert name_pages(PAGES, start, end) == named


def test_a_document_without_pages_names_none() -> None:
    assert name_pages((), 0, 5) == ""


def test_what_stands_before_the_first_page_is_on_none() -> None:
    assert name_pages(PAGES[1:], 3, 5) == ""
