from pathlib import Path

import pytest

from moe_core import Document, Loaded, Loader, Page, Section
from moe_core.testing import ConformanceError, check_loader

TEXT = "The mill was built in 1804."


def make(text: str = TEXT, *, notes: tuple[str, ...] = (), **fields) -> type[Loader]:
    class WordLoader(Loader):
        """Reads words."""

        name = "words"
        summary = "Words"
        suffixes = (".words",)
        calls = 0

        def load(self, path: Path, document_id: str) -> Loaded:
            WordLoader.calls += 1
            shown = text.replace("CALLS", str(WordLoader.calls))
            document = Document(document_id=document_id, title="", text=shown, source=document_id, **fields)
            return Loaded(documents=(document,), notes=notes)

    return WordLoader


SAMPLE = {"a.words": b"x"}


def test_a_sound_loader_passes() -> None:
    section = Section(title="Mill", level=1, start=0, end=len(TEXT))
    check_loader(make(sections=(section,), pages=(Page(label="1", start=0),), notes=("page 2 is blank",)), SAMPLE)


@pytest.mark.parametrize(
    ("loader", "complaint"),
    [
        (make("  "), "finds no text in a.words"),
        (make("Read CALLS times."), "otherwise the second time"),
        (make("one\r\ntwo"), "carriage returns"),
        (make(notes=("two\nlines",)), "no line"),
        (make(sections=(Section(title="", level=1, start=0, end=99),)), "section outside"),
        (make(pages=(Page(label="1", start=99),)), "page outside"),
        (make(pages=(Page(label="1", start=5), Page(label="2", start=1))), "out of order"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_loader_is_told_what_is_wrong(loader: type[Loader], complaint: str) -> None:
    with pytest.raises(ConformanceError, match=complaint):
        check_loader(loader, SAMPLE)


@pytest.mark.parametrize("suffix", ["words", ".WORDS", "."])
def test_a_suffix_is_written_as_file_names_end(suffix: str) -> None:
    loader = make()
    loader.suffixes = (suffix,)
    with pytest.raises(ConformanceError, match="write it with the dot"):
        check_loader(loader, SAMPLE)
