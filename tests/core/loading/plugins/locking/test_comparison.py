import pytest

from moe_core.contracts.definition import ToolDefinition
from moe_core.loading.plugins.locking.comparison import compare_files, compare_tools
from moe_core.loading.plugins.locking.lock_file import LockedPlugin

LOCKED = LockedPlugin(version="1.0", files={"a.py": "1"}, tools=(ToolDefinition(name="forecast"),))


@pytest.mark.parametrize(
    ("version", "files", "kinds"),
    [
        ("1.0", {"a.py": "1"}, []),
        ("1.1", {"a.py": "1"}, ["version"]),
        ("1.0", {"a.py": "2"}, ["files"]),
        ("1.0", {"a.py": "1", "b.py": "1"}, ["files"]),
        ("1.1", {}, ["version", "files"]),
    ],
)
def test_what_differs_before_import_is_told(version, files, kinds):
    assert [one.kind for one in compare_files("moe-a", LOCKED, version=version, digests=files)] == kinds


def test_many_files_are_one_line():
    digests = {f"{number}.py": "1" for number in range(9)}
    (one,) = compare_files("moe-a", LOCKED, version="1.0", digests=digests)
    assert one.message == "has other files: 0.py (new), 1.py (new), 2.py (new) and 7 more"


def test_a_plugin_that_no_lock_names_differs():
    (one,) = compare_files("moe-a", None, version="1.0", digests={})
    assert one.kind == "not_locked"


@pytest.mark.parametrize(
    ("tools", "words"),
    [
        ((), "forecast (gone)"),
        ((ToolDefinition(name="forecast", effects=("net",)),), "forecast (changed)"),
        ((ToolDefinition(name="forecast"), ToolDefinition(name="b")), "b (new)"),
    ],
)
def test_each_change_of_a_definition_differs(tools, words):
    (one,) = compare_tools("moe-a", LOCKED, tools)
    assert one.message.endswith(f": {words}")
    assert len(one.changes) == 1
    assert list(compare_tools("moe-a", LOCKED, LOCKED.tools)) == []
