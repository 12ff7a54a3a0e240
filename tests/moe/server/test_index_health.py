"""What the server says of a damaged index, and when it looks."""

from pathlib import Path

import pytest

from moe.app import App
from moe.server.index_health import IndexHealth
from served_project import ServedProject


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    project = ServedProject(tmp_path)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.folder)
    app = App.open(project.folder)
    app.index.update(add=["docs"])
    return app


def test_damage_is_told_with_its_remedy_from_when_it_is_there_until_it_is_mended(app: App) -> None:
    health = IndexHealth()
    assert health.find_damage(app) == ""
    (path,) = app.index.store.folder.rglob("text.bin")
    path.write_bytes(path.read_bytes()[:-1])
    assert "is damaged: " in health.find_damage(app)
    assert health.find_damage(app).endswith("moe index add --anew rebuilds it")
    app.index.update(is_anew=True)
    assert health.find_damage(app) == ""


def test_it_is_looked_at_once_for_all_who_ask_until_a_file_changes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    find = type(app.index).find_damage
    monkeypatch.setattr(type(app.index), "find_damage", lambda index: looks.append(1) or find(index))
    health = IndexHealth()
    for _ in range(3):
        assert health.find_damage(app) == ""
    assert len(looks) == 1
    (path,) = app.index.store.folder.rglob("text.bin")
    path.touch()
    assert (health.find_damage(app), len(looks)) == ("", 2)


def test_without_an_index_nothing_is_damaged(app: App) -> None:
    for path in app.index.store.folder.iterdir():
        if path.is_file():
            path.unlink()
    assert IndexHealth().find_damage(app) == ""
