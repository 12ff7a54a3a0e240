"""The project's index, from the first file to damage."""

from pathlib import Path

from moe.app import App
from moe.contracts.index import IndexProgress


def test_an_index_is_made_prepared_and_found_sound(app: App, project: Path) -> None:
    assert not app.index.read_status().exists
    told: list[IndexProgress] = []
    change = app.index.update(add=[str(project / "docs")], on_progress=told.append)
    assert (change.documents, len(change.added)) == (1, 1)
    assert {progress.step for progress in told} == {"looking", "reading", "writing"}
    app.index.prepare()
    status = app.index.read_status()
    assert (status.exists, status.documents, len(status.sources)) == (True, 1, 1)
    assert app.index.verify() == []


def test_a_file_that_has_gone_is_told_of_and_can_be_taken_out(app: App, project: Path) -> None:
    app.index.update(add=[str(project / "docs" / "mill.md")])
    (project / "docs" / "mill.md").unlink()
    (problem,) = app.index.verify()
    assert not problem.is_damage
    change = app.index.update(remove=[str(project / "docs" / "mill.md")])
    assert (len(change.removed), change.documents) == (1, 0)
