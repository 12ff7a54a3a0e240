from moe.app import App


def test_settings_depend_on_their_files_and_on_what_is_trusted_but_on_no_plugin(tmp_path, monkeypatch):
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path / "project")
    app = App.open()
    watched = set(app.find_watched_settings().whole)
    seen = [app.locations.user, app.locations.bundled / "config" / "system.yaml", app.project / "plugins"]
    assert {str(place) for place in seen} <= watched
    assert str(app.locations.bundled / "plugins") not in watched
    assert "registry" not in vars(app)
