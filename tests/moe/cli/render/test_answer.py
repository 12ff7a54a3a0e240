from pathlib import Path

import pytest

from moe.cli.render.answer import find_line
from moe.contracts.result import Citation

RAW = "---\ntitle: x\n---\n\nThe mill is old.\n\nTwice.\n\nTwice.\n"


@pytest.mark.parametrize(
    ("name", "start", "text", "line"),
    [
        ("a.md", RAW.index("The mill"), "The mill is old.", 5),
        ("a.md", 0, "The mill is old.", 5),
        ("a.md", 0, "Twice.", None),
        ("a.md", RAW.index("Twice."), "Twice.", 7),
        ("a.md", 0, "Name: x", None),
        ("a.rtf", 0, "The mill is old.", None),
    ],
)
def test_a_line_is_told_where_the_file_says_just_that_there_or_once(
    tmp_path: Path, name: str, start: int, text: str, line: int | None
) -> None:
    (tmp_path / name).write_text(RAW)
    citation = Citation(
        document=str(tmp_path / name), passage_id="p", start=start, end=start + len(text), text=text, score=1.0
    )
    assert find_line(citation) == line
