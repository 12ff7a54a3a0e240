"""Where the runs of the durable faults' tests are recorded and queued: in files, or on a real PostgreSQL server."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from durable_policy import SERVER
from known_plugins import know_plugins
from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.runs import RunRecord
from moe_core.contracts.event import EventKind

SECONDS = 60.0
ASK = "Who restored the mill?"
FULL = """
    CREATE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER be_full BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION be_full();
"""


@dataclass
class DurablePlace:
    """A project, and where its runs are kept.

    Attributes:
        kind: "file" or "server".
        folder: The project's.
        database: The server's address; "" for files.
        monkeypatch: The test's.
        lease_seconds: Until a worker that gives no word is lost; longer where one that lives must not be.
    """

    kind: str
    folder: Path
    database: str
    monkeypatch: pytest.MonkeyPatch
    apps: list[App] = field(default_factory=list)
    lease_seconds: float = 1.0

    @property
    def settings(self) -> dict[str, str]:
        """As the environment has them."""
        return {
            "MOE_TRUST": "/",
            "MOE_PROVIDERS__ORDER": "[extractive]",
            "MOE_SYSTEM__DATABASE": self.database,
            "MOE_SYSTEM__LEASE_SECONDS": str(self.lease_seconds),
        }

    @property
    def request(self) -> RunRequest:
        """A question over the project's document."""
        return RunRequest(question=ASK, belter="research", docs=(str(self.folder / "docs"),))

    @property
    def runs_path(self) -> Path:
        """The record, where it is a file."""
        return self.folder / ".moe" / "runs.db"

    def open_app(self) -> App:
        """The project, as another process would open it."""
        self.apps.append(App.open(self.folder, environ=self.settings))
        return self.apps[-1]

    @asynccontextmanager
    async def working(self, app: App) -> AsyncIterator[Any]:
        """A worker of this process, as long as the block lasts."""
        worker = app.make_worker(concurrency=1)
        serving = asyncio.create_task(worker.serve())
        try:
            yield worker
        finally:
            await worker.drain(seconds=10)
            await serving

    async def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Look again and again."""
        async with asyncio.timeout(SECONDS):
            while not is_so():
                await asyncio.sleep(0.05)

    async def wait_until(self, app: App, run_id: str, *statuses: str) -> RunRecord:
        """The record of a run, once its status is one of these."""
        await self.wait_for(lambda: app.runs.get_summary(run_id).status in statuses)
        return app.runs.get_run(run_id)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody else holds the database; reading goes on."""
        if self.kind == SERVER:
            with self.connect() as other, other.transaction():
                other.execute("LOCK TABLE runs, events, steps IN EXCLUSIVE MODE")
                yield
        else:
            with closing(sqlite3.connect(self.runs_path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield
                other.execute("ROLLBACK")

    @contextmanager
    def full(self) -> Iterator[None]:
        """No room for some pages more, or, as the server says it, on the disk."""
        if self.kind == SERVER:
            with self.connect() as other:
                other.execute(FULL)
                try:
                    yield
                finally:
                    other.execute("DROP FUNCTION be_full CASCADE")
            return
        with closing(sqlite3.connect(self.runs_path)) as other:
            pages = other.execute("PRAGMA page_count").fetchone()[0] + 3  # for the worker's own word; a run needs more
        connect = resolve_name("moe.storage.sqlite_engine:_connect")

        def connect_to_full(path: Path) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(path)
            connection.execute(f"PRAGMA max_page_count = {pages}")
            return connection

        with self.monkeypatch.context() as patch:
            patch.setattr("moe.storage.sqlite_engine._connect", connect_to_full)
            yield

    @contextmanager
    def down(self) -> Iterator[None]:
        """The server ends all connections to this database, and takes none."""
        name = self.database.rpartition("/")[2]
        with self.connect("postgres") as other:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def connect(self, database: str = "") -> Any:
        """Another session of the server."""
        address = self.database.rpartition("/")[0] + f"/{database}" if database else self.database
        return resolve_name("psycopg:connect")(address, autocommit=True)

    def begin_worker(self, environment: dict[str, str], *, database: str = "") -> "subprocess.Popen[str]":
        """A worker in a process of its own."""
        environment = {**environment, **self.settings, "MOE_SYSTEM__DATABASE": database or self.database}
        know_plugins(self.folder, Path(environment.get("XDG_CACHE_HOME") or Path(environment["HOME"]) / ".cache"))
        command = [sys.executable, "-m", "moe", "worker", "--grace", "0"]
        return subprocess.Popen(command, env=environment, cwd=self.folder, stderr=subprocess.PIPE, text=True)

    def close(self) -> None:
        """Close what was opened."""
        for app in self.apps:
            app.close()


def require_whole(record: RunRecord, *, is_cited: bool = True) -> None:
    """A run's events are all there, and what happens once did."""
    sequences = [event.sequence for event in record.events]
    assert sequences == list(range(1, len(sequences) + 1)), sequences
    kinds = Counter(event.kind for event in record.events)
    assert (kinds[EventKind.RUN_STARTED], kinds[EventKind.RUN_FINISHED]) == (1, 1), kinds
    assert record.result is not None
    assert bool(record.result["citations"]) == is_cited


def make_environment(home: Path) -> dict[str, str]:
    """The variables of a process that knows nothing of the tester's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOE_", "_MOE"))}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "OLLAMA_HOST": "127.0.0.1:1"}


def wait_for_line(process: "subprocess.Popen[str]", words: str) -> str:
    """The line of a process's standard error with these words."""
    assert process.stderr is not None
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        line = process.stderr.readline()
        if words in line:
            return line
        assert line, "it has ended"
    raise AssertionError(f"it never says {words}")
