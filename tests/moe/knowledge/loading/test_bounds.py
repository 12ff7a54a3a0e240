from dataclasses import replace

from moe.knowledge.loading.bounds import SECTIONS_MAX, TITLE_CHARACTERS_MAX, bound_documents
from moe_core.contracts.evidence import Document, Page, Section
from moe_core.contracts.loader import Loaded

PLAIN = Document(document_id="d", title="T", text="One. Two.\nThree.", source="d")


def bound(document: Document, max_characters: int = 10_000) -> tuple[Document, tuple[str, ...]]:
    loaded = bound_documents(Loaded(documents=(document,)), max_characters=max_characters)
    return loaded.documents[0], loaded.notes


def test_an_ordinary_document_stays_as_it_is() -> None:
    document, notes = bound(PLAIN)
    assert document is PLAIN
    assert notes == ()


def test_a_text_is_cut_with_a_note_and_its_sections_with_it() -> None:
    sections = (
        Section(title="A", level=1, start=0, end=12_000),
        Section(title="B", level=2, start=11_000, end=12_000),
    )
    document, notes = bound(replace(PLAIN, text="x" * 12_000, sections=sections))
    assert document.text == "x" * 10_000
    assert document.sections == (Section(title="A", level=1, start=0, end=10_000),)
    assert notes == ("read in part: its first 10,000 of 12,000 characters; split it",)


def test_lines_and_sentences_are_counted_too() -> None:
    assert bound(replace(PLAIN, text="a\n" * 2_000))[0].text == "a\n" * 500
    assert bound(replace(PLAIN, text="a. " * 2_000))[0].text == "a. " * 500


def test_titles_and_sections_have_their_limits() -> None:
    long = "t" * (TITLE_CHARACTERS_MAX + 1)
    sections = tuple(Section(title=long, level=1, start=0, end=1) for _ in range(SECTIONS_MAX + 1))
    document, notes = bound(replace(PLAIN, title=long, sections=sections))
    assert document.title == long[:-1]
    assert {section.title for section in document.sections} == {long[:-1]}
    assert len(document.sections) == SECTIONS_MAX
    assert notes == ()


def test_pages_beyond_the_cut_are_left_out() -> None:
    pages = (Page(label="1", start=0), Page(label="2", start=9_000), Page(label="3", start=11_000))
    document, _ = bound(replace(PLAIN, text="word " * 2_400, pages=pages))
    assert [page.label for page in document.pages] == ["1", "2"]
