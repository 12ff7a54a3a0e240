import os
from pathlib import Path

from moe_core.loading.locations import find_bundled_root, find_locations


def test_the_bundled_root_holds_what_moe_ships():
    root = find_bundled_root()
    assert (root / "plugins").is_dir()
    assert (root / "modelfiles").is_dir()
    assert (root / "config").is_dir()


def test_the_plugin_path_is_parted_like_path_and_empty_parts_are_dropped(tmp_path):
    listed = os.pathsep.join([str(tmp_path / "a"), "", " ", str(tmp_path / "b.py")])
    found = find_locations(tmp_path, {"MOE_PLUGIN_PATH": listed})
    assert found.extra == (tmp_path / "a", tmp_path / "b.py")


def test_relative_entries_and_home_folders_become_absolute():
    found = find_locations(Path("."), {"MOE_PLUGIN_PATH": f"here{os.pathsep}~/there"})
    assert found.project.is_absolute()
    assert found.extra == (Path.cwd() / "here", Path.home() / "there")


def test_without_the_variable_there_are_no_extra_roots(tmp_path):
    assert find_locations(tmp_path, {}).extra == ()
