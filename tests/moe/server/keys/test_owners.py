"""Which key asked for which run."""

import subprocess
import sys
from threading import Thread

import pytest

from moe.server.keys.owners import RunOwners
from moe.server.keys.store import KeyStore


@pytest.fixture
def owners(tmp_path):
    opened = RunOwners.open(tmp_path, lambda: None)
    yield opened
    opened.close()


def test_runs_are_kept_with_their_keys_newest_first(owners):
    for run in ("20260101-a", "20260102-a", "20260103-a"):
        owners.own(run, "ann")
    owners.own("20260104-a", "bob")
    assert owners.list_owned("ann", before="", limit=2) == ["20260103-a", "20260102-a"]
    assert owners.list_owned("ann", before="20260102-a", limit=2) == ["20260101-a"]
    assert (owners.find_owner("20260104-a"), owners.find_owner("nobody")) == ("bob", "")
    owners.forget("20260103-a")
    assert owners.list_owned("ann", before="", limit=2) == ["20260102-a", "20260101-a"]


def test_threads_share_it(owners):
    threads = [Thread(target=owners.own, args=(f"run-{number:02}", "ann")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(owners.list_owned("ann", before="", limit=100)) == 20


def test_what_others_write_is_seen_after_another_part_has_opened_the_file(tmp_path):
    """As opening and closing the file once more would end the locks by which others know that it is in use."""
    keys = KeyStore.open(tmp_path, lambda: None)
    keys.create("ann", scopes=())
    owners = RunOwners.open(tmp_path, lambda: None)
    owners.own("run-1", "ann")
    program = "import sys; from pathlib import Path; from moe.server.keys.store import KeyStore; "
    program += (
        "store = KeyStore.open(Path(sys.argv[1]), lambda: None); store.create(sys.argv[2], scopes=()); store.close()"
    )
    for name in ("bob", "eve"):
        subprocess.run([sys.executable, "-c", program, str(tmp_path), name], check=True)
        assert name in [key.name for key in keys.list_keys()]
    for opened in (keys, owners):
        opened.close()
