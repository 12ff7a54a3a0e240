import os

from moe.app import App
from moe.facades.watched import find_watched
from moe_core.contracts.plugin import PluginInfo, PluginSource


def open_app(folder, monkeypatch):
    for name in ("project", "cache", "config"):
        (folder / name).mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.chdir(folder / "project")
    return App.open()


def test_every_place_that_something_may_come_to_is_watched(tmp_path, monkeypatch):
    app = open_app(tmp_path, monkeypatch)
    watched = app.find_watched()
    places = {
        *(app.project / name for name in ("plugins", "modelfiles", "config")),
        app.locations.user,
        app.locations.bundled / "plugins" / "tools",
        app.locations.bundled / "config" / "system.yaml",
        app.locations.index,
    }
    assert {str(place) for place in places} <= set(watched.whole)
    assert str(tmp_path / ".moe") in watched.owned
    assert not [path for path in watched.whole if "__pycache__" in path]


def test_nothing_is_known_of_a_plugin_that_is_tried_each_time(tmp_path, monkeypatch):
    app = open_app(tmp_path, monkeypatch)
    source = PluginSource(plugin="odd", origin="distribution", location="odd")
    unknown = PluginInfo(source=source, state="failed")

    def look(*more):
        plugins = [*app.registry.plugins, *more]
        return find_watched(app.project, app.locations, plugins, personas=app.workspace.personas_path)

    assert look() is not None
    assert look(unknown) is None
    assert look(PluginInfo(source=source, state="disabled")) is not None


def test_a_persona_of_the_workspace_may_come_or_move_any_time(tmp_path, monkeypatch):
    app = open_app(tmp_path, monkeypatch)
    folder = app.workspace.personas_path
    assert {str(folder), str(folder / "pruned"), str(folder / "experimental")} <= set(app.find_watched().whole)


def test_each_distribution_may_declare_plugins_any_time(tmp_path, monkeypatch):
    info = tmp_path / "site" / "plain-1.0.dist-info"
    info.mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert os.path.join(info, "entry_points.txt") in open_app(tmp_path, monkeypatch).find_watched().whole
