"""A damaged index answers nothing: it is said what is wrong and what to type."""

from pathlib import Path

import pytest

QUESTION = "Who restored the tidal mill?"


def find_file(project: Path, name: str) -> Path:
    (path,) = (project / ".moe" / "index").rglob(name)
    return path


@pytest.fixture(autouse=True)
def _indexed(moe, project: Path) -> None:
    assert moe("index", "add", "docs").exit_code == 0


@pytest.mark.parametrize("question", [QUESTION, "How deep do submarines dive?"])
@pytest.mark.parametrize("name", ["arrays.bin", "text.bin", "manifest.json", "sources.json", "CURRENT"])
def test_one_wrong_byte_is_told_in_place_of_an_answer(moe, project: Path, name: str, question: str) -> None:
    path = find_file(project, name)
    data = bytearray(path.read_bytes())
    data[10 % len(data)] ^= 8
    path.write_bytes(data)
    result = moe("run", question)
    assert result.exit_code == 1
    assert result.stdout == ""
    first, hint = result.stderr.splitlines()[:2]
    assert first.startswith("error: the index in ")
    assert " is damaged: " in first
    assert "run `moe index verify`" in hint
    assert "Not found" not in result.stderr


def test_what_it_says_to_type_helps(moe, project: Path) -> None:
    path = find_file(project, "text.bin")
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    assert moe("run", QUESTION).exit_code == 1
    assert moe("index", "verify").exit_code == 1
    assert moe("index", "add").exit_code == 0
    assert "Ada Brook" in moe("run", QUESTION).stdout
