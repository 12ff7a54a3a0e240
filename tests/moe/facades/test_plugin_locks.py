import pytest

from moe.app import App
from moe_core.contracts.errors import ConfigError

TOOL = '''
from moe_core import BaseTool


class Fine(BaseTool):
    """Do it."""
    effects = ()

    async def execute(self, params):
        return {}
'''
LOCKED = {"MOE_PLUGINS__POLICY": "locked"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project that nobody has to be asked about, with a tool of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tools = tmp_path / "project" / "plugins" / "tools"
    tools.mkdir(parents=True)
    (tools / "fine.py").write_text(TOOL)
    return tmp_path / "project"


def open_app(folder, environ=(), *, is_trusted=True):
    return App.open(folder, environ={**({"MOE_TRUST": "/"} if is_trusted else {}), **dict(environ)})


def names(app):
    return {entry.name for entry in app.registry.tools}


def test_an_app_runs_what_its_lock_names(folder):
    assert "fine" in names(open_app(folder))
    assert "fine" not in names(open_app(folder, LOCKED))
    done = open_app(folder, LOCKED).plugin_locks.freeze()
    assert (done.file, done.plugins) == (folder / "moe.lock", ("project/plugins/tools/fine.py",))
    assert "fine" in names(open_app(folder, LOCKED))
    (report,) = open_app(folder).plugin_locks.compare(is_tried=False)
    assert (report.plugins, report.differences) == (1, ())


def test_a_project_without_trust_has_no_lock_of_its_own(folder):
    app = open_app(folder, LOCKED, is_trusted=False)
    assert app.plugin_locks.places == (app.locations.user / "moe.lock",)
    assert app.plugin_locks.freeze().file == app.locations.user / "moe.lock"


def test_the_lock_that_is_there_is_the_one_that_is_written(folder):
    app = open_app(folder)
    app.locations.user.mkdir(parents=True)
    (app.locations.user / "moe.lock").write_text("damaged")
    assert app.plugin_locks.freeze().file == app.locations.user / "moe.lock"


def test_without_a_lock_there_is_nothing_to_compare(folder):
    with pytest.raises(ConfigError, match=r"there is no .*moe\.lock and no .*moe\.lock"):
        open_app(folder).plugin_locks.compare(is_tried=False)


def test_a_lock_is_watched_whether_or_not_it_is_there(folder):
    assert str(folder / "moe.lock") in open_app(folder, LOCKED).find_watched().whole
    assert str(folder / "moe.lock") not in open_app(folder).find_watched().whole
