"""What a list of mounts says of a folder, and that no record is kept on another machine's disk."""

from pathlib import Path

import pytest

from moe.storage import sqlite_engine
from moe.storage.file_systems import find_network_type
from moe_core.contracts.errors import StorageError

MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw,relatime shared:1 - nfs4 files:/srv rw,vers=4.2
31 30 8:2 / /srv/local rw,relatime - xfs /dev/sdb1 rw
32 22 0:41 / /home/ann/my\\040files rw - fuse.sshfs ann@files: rw
33 22 0:42 / /mnt rw - cifs //files/share rw
34 22 8:3 / /mnt rw - ext4 /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/project/.moe", "nfs4"),
        ("/srv/local/.moe", ""),
        ("/home/ann/my files/.moe", "fuse.sshfs"),
        ("/home/ann/.moe", ""),
        ("/srvant/.moe", ""),
        ("/mnt/.moe", ""),
    ],
)
def test_the_innermost_and_latest_mount_tells_of_what_kind_a_folder_is(folder: str, kind: str) -> None:
    assert find_network_type(Path(folder), MOUNTS) == kind


def test_this_machines_own_mounts_are_read(tmp_path: Path) -> None:
    assert find_network_type(tmp_path) == ""


def test_no_record_is_made_on_a_network_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_engine, "find_network_type", lambda _: "nfs4")
    with pytest.raises(StorageError, match="lies on a network file system") as caught:
        sqlite_engine.SqliteEngine(tmp_path / "runs.db").connect()
    assert "system.workspace" in str(caught.value.hint)
    assert not (tmp_path / "runs.db").exists()
