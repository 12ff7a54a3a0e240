"""Accepted definitions, kept among the user's own settings."""

import json

import pytest

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.errors import StorageError
from moe_kit.remote.definitions import DefinitionStore

FORECAST = ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object"})


def test_what_was_accepted_is_found_again_for_the_same_server_only(tmp_path):
    store = DefinitionStore(folder=tmp_path / "new")
    assert store.load("weather", "a") is None
    store.keep("weather", "a", [FORECAST])
    assert store.load("weather", "a") == (FORECAST,)
    assert store.load("weather", "b") is None
    assert store.load("weather2", "a") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "ä ö", ""])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    store = DefinitionStore(folder=tmp_path)
    store.keep(name, "a", [FORECAST])
    assert len(list(tmp_path.iterdir())) == 1
    assert store.load(name, "a") == (FORECAST,)


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b"\xff"])
def test_a_damaged_file_counts_as_nothing_accepted(tmp_path, damage):
    store = DefinitionStore(folder=tmp_path)
    store.keep("weather", "a", [FORECAST])
    next(tmp_path.iterdir()).write_bytes(damage)
    assert store.load("weather", "a") is None


def test_a_digest_changes_with_every_part():
    others = [
        ToolDefinition(name="other", description="Of a town.", schema={"type": "object"}),
        ToolDefinition(name="forecast", description="Of a city.", schema={"type": "object"}),
        ToolDefinition(name="forecast", description="Of a town.", schema={"type": "object", "title": "x"}),
    ]
    assert len({FORECAST.digest, *(one.digest for one in others)}) == 4
    again = ToolDefinition(
        **json.loads(json.dumps({"name": "forecast", "description": "Of a town.", "schema": {"type": "object"}}))
    )
    assert again.digest == FORECAST.digest


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        DefinitionStore(folder=tmp_path / "file").keep("weather", "a", [FORECAST])
