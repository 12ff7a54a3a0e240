"""Reading the names of a passage."""

from collections.abc import Callable

import pytest

from moe.knowledge.analysis.names import Name, find_names
from moe_core.testing.values import make_passage
from moe_core.text.sentences import split_sentences

Reader = Callable[..., dict[str, Name]]


@pytest.fixture(scope="session")
def read_names() -> Reader:
    """By its folded words, each name of a text; the surest first. The document's id says nothing."""

    def read(text: str, *, title: str = "", document: str = "n1", is_first: bool = True) -> dict[str, Name]:
        passage = make_passage(text, title=title, document=document)
        names = find_names(passage, split_sentences(text), is_first=is_first)
        return {" ".join(word.folded for word in name.words): name for name in names}

    return read
