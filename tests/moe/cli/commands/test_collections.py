"""`moe collections`, and runs over one."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def kept(moe, project: Path) -> None:
    """A collection whose files are gone since."""
    done = moe("collections", "add", "mill", "docs")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "mill: 2 added, 0 changed, 0 as before; 2 documents, 2 passages\n"
    shutil.rmtree(project / "docs")


@pytest.mark.usefixtures("kept")
def test_questions_are_answered_from_a_collection_and_asked_on_there(moe) -> None:
    done = moe("run", "Who restored the tidal mill?", "--collection", "mill", "--json")
    result = json.loads(done.stdout)
    assert "Ada Brook" in result["answer"]
    assert result["citations"][0]["document"] == "docs/mill.md"
    on = moe("run", "--continue", "what did it cost?").stdout
    assert "asked as: What did the tidal mill cost?" in on
    assert "[1] docs/mill.md" in on
    assert moe("runs", "replay", result["run_id"]).exit_code == 0
    batch = moe("batch", "-", "--collection", "mill", input="Who restored the tidal mill?\n")
    assert "Ada Brook" in json.loads(batch.stdout)["answer"]


@pytest.mark.usefixtures("kept")
def test_collections_are_listed_shown_and_removed(moe) -> None:
    (listed,) = json.loads(moe("collections", "list", "--json").stdout)
    assert (listed["name"], listed["files"]) == ("mill", 2)
    assert listed["version"] in moe("collections", "list").stdout
    shown = json.loads(moe("collections", "show", "mill", "--json").stdout)
    assert [file["name"] for file in shown["files"]] == ["docs/ferry.txt", "docs/mill.md"]
    assert "docs/ferry.txt" in moe("collections", "show", "mill").stdout
    assert moe("collections", "remove", "mill", "docs/ferry.txt").stdout == "mill: 1 file removed\n"
    unasked = moe("collections", "remove", "mill")
    assert (unasked.exit_code, unasked.stderr) == (2, "error: nobody can be asked here\n  hint: add --yes\n")
    assert moe("collections", "remove", "mill", "--yes").stdout == "deleted mill with 1 file\n"
    assert "no collection yet" in moe("collections", "list").stdout


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "Who?", "--collection", "mil"), "did you mean 'mill'?"),
        (("run", "Who?", "--collection", "mill", "--docs", "config"), "documents and a collection are both named"),
        (("collections", "show", "nothing"), "there are: mill"),
        (("collections", "add", "a/b", "config"), "is no name for a collection"),
        (("collections", "add", "mill", "nowhere"), "there is no file or folder nowhere"),
    ],
)
def test_a_mistake_is_told(moe, arguments: tuple[str, ...], told: str) -> None:
    done = moe(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr.lower() or told in done.stderr
