"""Measurements are kept for each server and model, for some days."""

from pathlib import Path

from moe.asking.servers.capability_store import KEPT_SECONDS, CapabilityStore
from moe.contracts.capability import Capability
from moe.storage.workspace import open_workspace

KEY = {"provider": "openai", "address": "http://127.0.0.1:8080/v1", "model": "small"}
FOUND = Capability(tokens_per_second=12.5, is_valid=True, at=1000.0)


def test_a_measurement_is_found_by_the_next_process_and_for_its_server_alone(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / ".moe")
    CapabilityStore(workspace, clock=lambda: 1000.0).keep(FOUND, **KEY)
    store = CapabilityStore(workspace, clock=lambda: 1001.0)
    assert store.find(**KEY) == FOUND
    assert store.find(**{**KEY, "address": "http://127.0.0.1:9/v1"}) is None
    assert store.find(**{**KEY, "model": "other"}) is None


def test_a_measurement_gets_old_and_a_failure_sooner() -> None:
    now = [1000.0]
    store = CapabilityStore(clock=lambda: now[0])
    store.keep(FOUND, **KEY)
    store.keep(Capability(failure="silent", at=1000.0), **{**KEY, "model": "dead"})
    now[0] += 3600
    assert store.find(**KEY) == FOUND
    assert store.find(**{**KEY, "model": "dead"}) is None
    now[0] += KEPT_SECONDS
    assert store.find(**KEY) is None


def test_a_file_that_is_none_of_ours_is_passed_over(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / ".moe")
    CapabilityStore(workspace).keep(FOUND, **KEY)
    (workspace.folder / "cache" / "capabilities.json").write_text("[1]", encoding="utf-8")
    assert CapabilityStore(workspace).find(**KEY) is None
