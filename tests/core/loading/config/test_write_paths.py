"""A project's settings name places to write to below the project only."""

from pathlib import Path

import pytest

from moe.configuration import Config, load_settings
from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.load import LoadedConfig
from moe_core.loading.locations import Locations


def load(tmp_path: Path, layer: str, name: str, text: str) -> LoadedConfig[Config]:
    for root in ("bundled", "user", "project"):
        (tmp_path / root / "config").mkdir(parents=True, exist_ok=True)
    (tmp_path / layer / "config" / name).write_text(text, encoding="utf-8")
    roots = {root: tmp_path / root for root in ("bundled", "user", "project")}
    return load_settings(Locations(**roots), environ={}, overrides={})


OUTSIDE = ["../elsewhere", "{tmp}/elsewhere", "a/../../b", "link/inside"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("system.yaml", "workspace: '{path}'\n", "system.workspace"),
        (
            "providers.yaml",
            "providers: {{record: {{options: {{of: extractive, path: '{path}'}}}}}}\n",
            "providers.providers.record.options.path",
        ),
    ],
)
def test_a_place_outside_is_refused_in_the_project_and_taken_in_the_user_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, name: str, text: str, key: str
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "far").mkdir()
    (tmp_path / "project" / "link").symlink_to(tmp_path / "far")
    monkeypatch.chdir(tmp_path / "project")
    said = text.format(path=path.format(tmp=tmp_path))
    load(tmp_path, "user", name, said)
    with pytest.raises(ConfigError, match="leads outside of the project") as caught:
        load(tmp_path, "project", name, said)
    assert caught.value.key == key
    assert f"{name}:1" in caught.value.message


def test_the_home_folder_is_outside_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    said = "providers: {record: {options: {of: extractive, path: ~/.profile}}}\n"
    with pytest.raises(ConfigError, match="leads outside of the project"):
        load(tmp_path, "project", "providers.yaml", said)


def test_places_below_the_project_are_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    said = "providers: {record: {options: {of: extractive, path: recordings/a.jsonl}}}\n"
    load(tmp_path, "project", "providers.yaml", said)
    assert load(tmp_path, "project", "system.yaml", "workspace: build/moe\n").config.system.workspace == "build/moe"
