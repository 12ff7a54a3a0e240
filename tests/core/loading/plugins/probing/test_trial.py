import time

from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins.files import PluginFile
from moe_core.loading.plugins.probing.trial import try_target
from moe_core.loading.plugins.targets import Target


def make_target(path):
    found = PluginSource(plugin="path/one", origin="path", location=str(path))
    return Target(PluginFile(source=found, path=path, relative=path.name))


def test_a_plugin_that_takes_long_keeps_the_stamps_of_its_files(tmp_path, monkeypatch):
    path = tmp_path / "one.py"
    path.write_text("import time\ntime.moved = True\n")
    now = time.time_ns()
    monkeypatch.setattr(time, "moved", False, raising=False)
    monkeypatch.setattr(time, "time_ns", lambda: now + time.moved * 10_000_000_000)
    (stamp,) = try_target(make_target(path))["stamps"]
    assert (stamp.path, stamp.digest) == (str(path), "")


def test_a_plugin_whose_file_changes_meanwhile_has_none(tmp_path):
    path = tmp_path / "one.py"
    path.write_text(f"with open({str(path)!r}, 'a') as file: file.write('# more')\n")
    assert try_target(make_target(path))["stamps"] is None
