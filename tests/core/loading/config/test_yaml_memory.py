"""What moe ships as configuration is parsed once, and what is kept of it is never anything else than it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config import yaml_memory
from moe_core.loading.config.load import load_config
from moe_core.loading.config.yaml_memory import remember_yaml
from moe_core.loading.config.yaml_values import parse_yaml
from moe_core.loading.locations import find_bundled_root
from moe_core.loading.settings import KernelConfig

TEXT = """
system: {max_belters: 3, share: 0.5, big: 1e999, old: -0.0}
"a.b": [1, two, null, true, "Größe 🌍"]
long: 123456789012345678901234567890
empty: {}
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Where it is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "moe" / "settings"


def remember(*texts):
    """What the memory says of the texts."""
    with remember_yaml() as memory:
        return [memory.parse(text, source="x.yaml") for text in texts]


def forbid_parsing(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a text is parsed")

    monkeypatch.setattr(yaml_memory, "parse_yaml", refuse)


def load(bundled, **more):
    return load_config(KernelConfig, bundled=bundled, project=None, environ={}, overrides={}, **more)


def test_every_shipped_file_is_the_same_without_a_parser(cache, monkeypatch):
    texts = [path.read_text() for path in sorted((find_bundled_root() / "config").glob("*.yaml"))]
    truth = [parse_yaml(text, source="x.yaml") for text in [*texts, TEXT, ""]]
    assert remember(*texts, TEXT, "") == truth
    forbid_parsing(monkeypatch)
    again = remember(*texts, TEXT, "")
    assert again == truth
    assert repr(again) == repr(truth)  # 1 is no 1.0, and true no 1


def test_a_changed_text_is_parsed_anew_and_the_old_one_forgotten(cache, monkeypatch):
    remember("key: 1")
    assert remember("key: 2")[0].values == {"key": 2}
    forbid_parsing(monkeypatch)
    assert remember("key: 2")[0].values == {"key": 2}
    with pytest.raises(AssertionError, match="is parsed"):
        remember("key: 1")


def test_a_text_that_is_wrong_is_refused_each_time(cache):
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"x.yaml:1: the file must hold a mapping"):
            remember("- one")
    assert not cache.exists()


@pytest.mark.parametrize("damage", [lambda data: data[:-5], lambda data: b"", lambda data: data.replace(b":3", b":4")])
def test_a_damaged_memory_is_made_anew(cache, damage):
    truth = remember(TEXT)
    (file,) = cache.glob("*")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert remember(TEXT) == truth
    assert file.read_bytes() == whole


def test_another_version_of_the_parser_begins_anew(cache, tmp_path, monkeypatch):
    code = tmp_path / "yaml_values.py"
    monkeypatch.setattr("moe_core.loading.config.yaml_values.__file__", str(code))
    code.write_text("one")
    remember(TEXT)
    code.write_text("another")
    forbid_parsing(monkeypatch)
    with pytest.raises(AssertionError, match="is parsed"):
        remember(TEXT)


def test_where_nothing_can_be_kept_it_is_parsed_each_time(cache):
    cache.parent.mkdir(parents=True)
    cache.write_text("no folder")
    assert remember(TEXT) == remember(TEXT) == [parse_yaml(TEXT, source="x.yaml")]


def test_what_users_write_lies_in_no_second_place(cache, tmp_path):
    for name, value in (("bundled", "ours"), ("user", "hidden")):
        (tmp_path / name / "config").mkdir(parents=True)
        (tmp_path / name / "config" / "system.yaml").write_text(f"provider: {value}\n")
    assert load(tmp_path / "bundled", user=tmp_path / "user").config.system.provider == "hidden"
    (file,) = cache.glob("*")
    assert b"ours" in file.read_bytes()
    assert b"hidden" not in file.read_bytes()


def test_a_shipped_file_that_changes_within_a_second_counts_at_once(cache, tmp_path):
    path = tmp_path / "bundled" / "config" / "system.yaml"
    path.parent.mkdir(parents=True)
    for value in ("one", "two", "six", "two"):
        path.write_text(f"provider: {value}\n")
        os.utime(path, (1_000_000, 1_000_000))
        loaded = load(tmp_path / "bundled", user=tmp_path)
        assert loaded.config.system.provider == value
        assert loaded.get_origin("system.provider").place == "config/system.yaml:1"


def test_the_parser_is_imported_by_the_first_process_only(cache, tmp_path):
    code = "import sys; from moe.app import App; App.open(); print('yaml' in sys.modules)"
    tree = str(Path(yaml_memory.__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [tree, os.environ.get("PYTHONPATH")]))}
    told = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
        ).stdout
        for _ in range(2)
    ]
    assert told == ["True\n", "False\n"]
