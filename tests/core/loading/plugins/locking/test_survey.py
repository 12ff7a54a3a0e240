import pytest
from msgspec.structs import replace

from moe_core.loading.plugins.locking.lock_file import PluginLock, write_lock
from moe_core.loading.plugins.locking.survey import survey_plugins
from moe_core.loading.plugins.selection import Selection

EVERYTHING = Selection(switches={})


def test_what_can_be_used_is_taken_and_the_rest_is_told(tree, shelf):
    shelf.install("surveyone")
    shelf.install("surveytwo")
    tree.write("plugins/tools/broken.py", "raise ValueError", root="user")
    survey = survey_plugins(tree.locations, Selection(switches={"surveytwo": False}), is_tried=True)
    lock = survey.take_lock()
    assert list(lock.plugins) == ["surveyone"]
    assert [tool.name for tool in lock.plugins["surveyone"].tools] == ["surveyone_forecast"]
    left = {one.source.plugin: one.state for one in survey.list_left_out()}
    assert left == {"surveytwo": "disabled", "user/plugins/tools/broken.py": "failed"}


def test_each_difference_is_named_once(shelf, tree):
    for name in ("surveya", "surveyb", "surveyc"):
        shelf.install(name)
    lock = survey_plugins(tree.locations, EVERYTHING, is_tried=True).take_lock()
    (shelf.site / "surveya-1.0.dist-info" / "entry_points.txt").unlink()
    shelf.install("surveyb", version="2")
    shelf.install("surveyd")
    survey = survey_plugins(tree.locations, EVERYTHING, is_tried=True)
    found = [(one.plugin, one.kind) for one in survey.compare(lock)]
    assert found == [("surveya", "missing"), ("surveyb", "version"), ("surveyd", "not_locked")]


@pytest.mark.parametrize("is_tried", [False, True])
def test_what_is_locked_out_is_imported_only_when_asked_for(shelf, tree, is_tried):
    shelf.install("surveye")
    path = tree.locations.user / "moe.lock"
    write_lock(path, PluginLock())
    survey_plugins(replace(tree.locations, locks=(path,)), EVERYTHING, is_tried=is_tried)
    assert shelf.marker.exists() is is_tried
