import pytest

from moe_core.contracts.evidence import Document, Page, Section
from moe_core.contracts.loader import Loaded, find_fault


def load(text: str = "The mill.", **fields) -> Loaded:
    return Loaded(documents=(Document(document_id="a", title="", text=text, source="a", **fields),))


def test_a_sound_result_has_no_fault() -> None:
    section = Section(title="Mill", level=1, start=0, end=9)
    assert find_fault(load(sections=(section,), pages=(Page(label="1", start=0), Page(label="2", start=9)))) is None


@pytest.mark.parametrize(
    ("loaded", "fault"),
    [
        ("text", "a value of type str in place of Loaded"),
        (Loaded(documents=("text",)), "a value of type str in place of a Document"),
        (Loaded(documents=(), notes=(7,)), "a note that is no text"),
        (load(7), "a document whose id, title, text, source or media type is no text"),
        (load(sections=(Section(title="", level=1, start=0, end=10),)), "a section outside its document"),
        (load(sections=(Section(title="", level="1", start=0, end=9),)), "a section outside its document"),
        (load(pages=(Page(label="1", start=10),)), "a page outside its document"),
        (load(pages=(Page(label=1, start=0),)), "a page outside its document"),
        (load(pages=(Page(label="1", start=5), Page(label="2", start=1))), "sections or pages out of order"),
    ],
)
def test_what_would_misplace_citations_is_told(loaded: object, fault: str) -> None:
    assert find_fault(loaded) == fault
