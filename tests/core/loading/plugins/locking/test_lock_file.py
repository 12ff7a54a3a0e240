import json

import pytest

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.errors import ConfigError, StorageError
from moe_core.loading.plugins.locking.lock_file import LockedPlugin, PluginLock, format_lock, read_lock, write_lock

FORECAST = ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object"}, effects=("net",))
TIDES = ToolDefinition(name="tides")
ONE = LockedPlugin(version="1.0", files={"b.py": "2", "a.py": "1"}, tools=(FORECAST, TIDES))
LOCK = PluginLock(plugins={"moe-b": ONE, "moe-a": LockedPlugin(files={})})


def test_a_lock_is_read_as_it_was_written(tmp_path):
    write_lock(tmp_path / "moe.lock", LOCK)
    assert read_lock(tmp_path / "moe.lock") == LOCK
    assert [one.name for one in tmp_path.iterdir()] == ["moe.lock"]


def test_equal_locks_are_equal_texts():
    other = LockedPlugin(version="1.0", files={"a.py": "1", "b.py": "2"}, tools=(TIDES, FORECAST))
    text = format_lock(LOCK)
    assert format_lock(PluginLock(plugins={"moe-a": LockedPlugin(files={}), "moe-b": other})) == text
    assert text.endswith("}\n")


def test_no_file_is_no_lock_and_an_empty_lock_is_one(tmp_path):
    assert read_lock(tmp_path / "moe.lock") is None
    write_lock(tmp_path / "moe.lock", PluginLock())
    assert read_lock(tmp_path / "moe.lock") == PluginLock()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda text: "",
        lambda text: "<<<<<<< mine\n" + text,
        lambda text: text.replace('"a.py": "1"', '"a.py": "3"'),
        lambda text: text.replace("Of a town.", "Of a city."),
        lambda text: text.replace('"net"', '"delete"'),
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"format"', '"formal"'),
        lambda text: "[" * 100_000,
        lambda text: json.dumps({**json.loads(text), "more": 1}),
    ],
)
def test_a_damaged_lock_is_an_error_with_a_remedy(tmp_path, damage):
    text = format_lock(LOCK)
    (tmp_path / "moe.lock").write_text(damage(text))
    assert damage(text) != text
    with pytest.raises(ConfigError, match=r"moe\.lock") as caught:
        read_lock(tmp_path / "moe.lock")
    assert "moe plugins freeze" in caught.value.hint


def test_what_is_no_file_is_an_error(tmp_path):
    (tmp_path / "moe.lock").mkdir()
    with pytest.raises(ConfigError, match="it is a folder"):
        read_lock(tmp_path / "moe.lock")
    with pytest.raises(StorageError, match="cannot be written"):
        write_lock(tmp_path / "nowhere" / "moe.lock", LOCK)


def test_a_lock_that_leads_nowhere_is_no_missing_lock(tmp_path):
    (tmp_path / "moe.lock").symlink_to(tmp_path / "gone")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_lock(tmp_path / "moe.lock")
