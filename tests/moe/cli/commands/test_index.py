"""`moe index`: add, status, remove, verify."""

import json
from pathlib import Path


def test_documents_are_added_and_shown(moe, project: Path) -> None:
    added = moe("index", "add", "docs")
    assert added.exit_code == 0, added.stderr
    assert added.stdout.splitlines() == [
        "added: docs/ferry.txt, docs/mill.md",
        "2 documents, 2 passages in the index",
    ]
    assert added.stderr == ""
    shown = moe("index", "status").stdout
    assert shown.startswith("2 documents, 2 passages, ")
    assert "docs/mill.md" in shown
    assert "unchanged" in shown
    assert moe("index", "add", "docs").stdout.startswith("nothing has changed\n")


def test_changes_are_told_and_taken_in(moe, project: Path) -> None:
    moe("index", "add", "docs")
    (project / "docs/mill.md").write_text("Another mill.\n", encoding="utf-8")
    (project / "docs/ferry.txt").unlink()
    status = moe("index", "status")
    assert "changed" in status.stdout
    assert "missing" in status.stdout
    assert "`moe index add` reads them again" in status.stderr
    verified = moe("index", "verify")
    assert verified.exit_code == 0
    assert "behind: docs/mill.md has changed since it was read -> " in verified.stdout
    again = moe("index", "add")
    assert again.stdout.splitlines() == [
        "read again: docs/mill.md",
        "removed: docs/ferry.txt",
        "1 document, 1 passage in the index",
    ]


def test_what_has_moved_or_come_is_told(moe, project: Path) -> None:
    moe("index", "add", "docs")
    (project / "docs/ferry.txt").rename(project / "docs/boat.txt")
    (project / "docs/new.txt").write_text("New.\n", encoding="utf-8")
    told = moe("index", "status").stderr
    assert "docs/ferry.txt has moved to docs/boat.txt since it was indexed; `moe index add`" in told
    assert "docs/new.txt is new in a folder that was indexed" in told


def test_everything_is_there_as_json(moe, project: Path) -> None:
    assert json.loads(moe("index", "status", "--json").stdout)["exists"] is False
    change = json.loads(moe("index", "add", "docs", "--json").stdout)
    assert (change["added"], change["documents"]) == (["docs/ferry.txt", "docs/mill.md"], 2)
    status = json.loads(moe("index", "status", "--json").stdout)
    assert status["exists"] is True
    assert status["sources"][0] == {"name": "docs/ferry.txt", "state": "unchanged", "documents": 1}
    assert json.loads(moe("index", "verify", "--json").stdout) == []
    assert json.loads(moe("index", "remove", "docs", "--json").stdout)["removed"] == ["docs/ferry.txt", "docs/mill.md"]


def test_damage_ends_with_1_and_can_be_mended(moe, project: Path) -> None:
    moe("index", "add", "docs")
    assert moe("index", "verify").stdout == "the index is sound, and its sources are as they were\n"
    next(project.glob(".moe/index/seg-*/text.bin")).write_bytes(b"?")
    broken = moe("index", "verify")
    assert broken.exit_code == 1
    assert broken.stdout.startswith("damage: seg-000001/text.bin has 1 bytes instead of ")
    assert "moe index add --anew" in broken.stdout
    assert moe("index", "add", "--anew").exit_code == 0
    assert moe("index", "verify").exit_code == 0


def test_without_an_index_every_command_says_so(moe, project: Path) -> None:
    assert "moe index add PATH" in moe("index", "status").stdout
    assert moe("index", "verify").stdout == "there is no index\n"
    added = moe("index", "add")
    assert (added.exit_code, added.stdout) == (2, "")
    assert "there is no index yet" in added.stderr
    assert not (project / ".moe").exists()


def test_mistyped_paths_end_with_2(moe, project: Path) -> None:
    added = moe("index", "add", "dosc")
    assert added.exit_code == 2
    assert "did you mean docs?" in added.stderr
    moe("index", "add", "docs")
    removed = moe("index", "remove", "docs/mil.md")
    assert removed.exit_code == 2
    assert "did you mean 'docs/mill.md'?" in removed.stderr


def test_a_bad_file_in_a_folder_is_a_warning(moe, project: Path) -> None:
    (project / "docs/broken.pdf").write_bytes(b"%PDF nothing")
    added = moe("index", "add", "docs")
    assert added.exit_code == 0
    assert "warning: docs/broken.pdf: " in added.stderr


def test_vectors_are_made_when_documents_are_indexed_and_only_once(moe, project: Path, monkeypatch) -> None:
    monkeypatch.setenv("MOE_EMBEDDING_MODEL", "moe_core.testing.embedding:HashEmbedder")
    hybrid = ("--set", "system.retriever=hybrid")
    assert moe(*hybrid, "index", "add", "docs").exit_code == 0
    vectors = sorted(project.glob(".moe/cache/vectors/*/*.npy"))
    assert len(vectors) == 1
    assert moe(*hybrid, "run", "Who restored the mill?").exit_code == 0
    assert sorted(project.glob(".moe/cache/vectors/*/*.npy")) == vectors


def test_an_embedding_model_that_is_missing_leaves_the_index_in_place(moe, project: Path, monkeypatch) -> None:
    monkeypatch.setenv("MOE_EMBEDDING_MODEL", str(project / "nowhere"))
    refused = moe("--set", "system.retriever=hybrid", "index", "add", "docs")
    assert refused.exit_code == 2
    assert "nowhere" in refused.stderr
    assert moe("index", "status").stdout.startswith("2 documents, 2 passages, ")
