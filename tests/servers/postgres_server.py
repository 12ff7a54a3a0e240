"""A PostgreSQL server of the tests' own, on loopback."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from free_ports import find_free_port

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def find_programs() -> Path | None:
    """The folder of the newest server's programs; None where none is installed."""
    found = shutil.which("initdb")
    return Path(found).parent if found else next((place for place in _PLACES if (place / "initdb").exists()), None)


@contextmanager
def run_postgres(folder: Path, *, fsync: bool = False) -> Iterator[str]:
    """A server whose data lie in a folder; its address, of a database with nothing in it.

    Args:
        fsync: It keeps what it has said through a power cut, as a server does that is no test's.
    """
    programs = find_programs()
    assert programs is not None, "PostgreSQL is not installed"
    port = find_free_port()
    folder.mkdir(mode=0o700)
    if os.getuid() == 0:  # which the server refuses
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=60"
    options += "" if fsync else " -c fsync=off"
    _do(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
    _do(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        _do(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def restart_postgres(folder: Path) -> None:
    """End a server at once, as a power cut would, and begin it again with the same data at the same address."""
    programs = find_programs()
    assert programs is not None, "PostgreSQL is not installed"
    _do(programs / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "restart", "-l", folder / "log")


def _do(*words: object) -> None:
    command = [str(word) for word in words]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
