from pathlib import Path

import pytest

from moe.knowledge.loading.reading import load_file
from moe_core import Document, DocumentError, Loaded, Loader, Page


class StrayLoader(Loader):
    """Tells of a page beyond the text."""

    name = "stray"
    suffixes = (".stray",)

    def load(self, path: Path, document_id: str) -> Loaded:
        text = path.read_text(encoding="utf-8")
        pages = (Page(label="1", start=len(text) + 1),)
        return Loaded(documents=(Document(document_id=document_id, title="", text=text, source="", pages=pages),))


def test_a_loader_that_breaks_its_contract_is_named_with_what_finds_the_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.stray"
    path.write_text("The mill.", encoding="utf-8")
    with pytest.raises(DocumentError, match="the loader stray gave a page outside its document") as caught:
        load_file(path, "a.stray", StrayLoader)
    assert "check_loader" in (caught.value.hint or "")
