"""Rows of tables, as people find them."""

import pytest

from moe.cli.render.places import find_place, find_row
from moe.contracts.result import Citation


def cite(path, text: str, page: str = "") -> Citation:
    return Citation(document=str(path), passage_id="p", start=900, end=900 + len(text), text=text, score=1.0, page=page)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("crew.csv", 'name,boat\nAda,Heron\n"Bo, Jr.",Stork\n\nAda,Tern\n'),
        ("crew.csv", "\ufeffname; boat\r\nAda; Heron\r\nBo, Jr.; Stork\r\nAda; Tern\r\n"),
        ("crew.tsv", "name\tboat\nAda\tHeron\nBo, Jr.\tStork\nAda\tTern\n"),
    ],
)
def test_a_row_is_counted_below_the_head(tmp_path, name: str, written: str) -> None:
    file = tmp_path / name
    file.write_text(written, encoding="utf-8", newline="")
    assert find_row(cite(file, "name: Bo, Jr.; boat: Stork")) == 2
    assert find_place(cite(file, "name: Ada; boat: Tern")) == ", row 3"


def test_what_is_no_row_or_one_of_several_alike_has_none(tmp_path) -> None:
    file = tmp_path / "crew.csv"
    file.write_text("name,boat\nAda,Heron\nAda,Heron\n", encoding="utf-8")
    assert find_row(cite(file, "name: Ada; boat: Heron")) is None
    assert find_row(cite(file, "name: Bo; boat: Heron")) is None
    assert find_row(cite(tmp_path / "gone.csv", "name: Ada; boat: Heron")) is None
    assert find_place(cite(file, "name: Ada; boat: Heron", page="7")) == ", page 7"
    file.write_text("name,boat\nAda,Heron\n", encoding="utf-8")
    assert find_row(cite(file, "name: Ada; boat: Heron")) == 1
