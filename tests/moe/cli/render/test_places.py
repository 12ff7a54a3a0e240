"""Places of citations, as people find them."""

from pathlib import Path

from moe.cli.render.places import find_place
from moe.contracts.result import Citation


def cite(path: Path, text: str, page: str = "", row: int | None = None) -> Citation:
    return Citation(
        document=str(path), passage_id="p", start=0, end=len(text), text=text, score=1.0, page=page, row=row
    )


def test_a_page_goes_before_a_row_and_a_row_before_a_line(tmp_path: Path) -> None:
    file = tmp_path / "crew.csv"
    file.write_text("Ada\n", encoding="utf-8")
    assert find_place(cite(file, "Ada", page="7", row=2)) == ", page 7"
    assert find_place(cite(file, "Ada", row=2)) == ", row 2"
    assert find_place(cite(file, "Ada")) == ", line 1"
    assert find_place(cite(file, "Bo")) == ""
