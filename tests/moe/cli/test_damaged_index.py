"""A damaged index answers nothing: it is said what is wrong and what to type."""

import json
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


@pytest.mark.parametrize("name", ["arrays.bin", "text.bin"])
def test_its_status_says_that_it_is_damaged_and_what_rebuilds_it(moe, project: Path, name: str) -> None:
    assert moe("index", "status").exit_code == 0
    path = find_file(project, name)
    data = path.read_bytes()
    for wrong in (bytes([data[0] ^ 8]) + data[1:], data[:-1]):
        path.write_bytes(wrong)
        status = moe("index", "status")
        assert (status.exit_code, "docs/mill.md" in status.stdout) == (1, True)
        assert status.stderr.startswith("error: the index in ")
        assert "  hint: `moe index add --anew` makes it anew" in status.stderr
        assert "is damaged: " in json.loads(moe("index", "status", "--json").stdout)["damage"]
        assert "is damaged: " in moe("doctor").stdout
    assert moe("index", "add", "--anew").exit_code == 0
    assert json.loads(moe("index", "status", "--json").stdout)["damage"] == ""


@pytest.mark.parametrize("name", ["text.bin", "manifest.json", "sources.json", "CURRENT"])
def test_what_verifies_it_does_not_send_to_itself(moe, project: Path, name: str) -> None:
    path = find_file(project, name)
    path.write_bytes(path.read_bytes()[:-2])
    verified = moe("index", "verify")
    assert (verified.exit_code, "damage: " in verified.stdout) == (1, True)
    assert "index verify" not in verified.stdout
    assert "-> `moe index add --anew` makes it anew" in verified.stdout


def test_what_it_says_to_type_helps(moe, project: Path) -> None:
    path = find_file(project, "text.bin")
    path.write_bytes(path.read_bytes().replace(b"Ada", b"Eve"))
    assert moe("run", QUESTION).exit_code == 1
    assert moe("index", "verify").exit_code == 1
    assert moe("index", "add").exit_code == 0
    assert "Ada Brook" in moe("run", QUESTION).stdout
