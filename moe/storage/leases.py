"""The leases of workers: who lives is told by the database's clock, which all of them share."""

from collections.abc import Callable
from typing import cast

from moe.contracts.workers import WorkerLease, WorkerState, WorkerSummary
from moe.storage.run_file import RunFile
from moe.storage.run_rows import Row, read_needs
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.transports import TransportHealth
from moe_core.contracts.wire import decode_json, encode_json

_JOIN = """
    INSERT INTO workers (worker_id, pid, host, version, concurrency, lease_seconds, offers, urls, abilities,
        state, started, beat)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', {now}, {now})
"""
_BEAT = "UPDATE workers SET beat = {now} WHERE worker_id = ? AND state <> 'lost'"
_HEALTH = "UPDATE workers SET health = ? WHERE worker_id = ?"
_STATE = "SELECT state FROM workers WHERE worker_id = ?"
_EXPIRED = "SELECT worker_id FROM workers WHERE state <> 'lost' AND {now} - beat > lease_seconds"
# Whether it is still silent is asked in the statement itself: its own word may come between.
_LOSE = "UPDATE workers SET state = 'lost' WHERE worker_id = ? AND state <> 'lost' AND {now} - beat > lease_seconds"
_DRAIN = "UPDATE workers SET state = 'draining' WHERE worker_id = ? AND state = 'live'"
_LEAVE = "DELETE FROM workers WHERE worker_id = ?"
_FORGET = "DELETE FROM workers WHERE state = 'lost' AND {now} - beat > ?"
_LIST = """
    SELECT workers.*, {now} - beat AS silent_seconds, {now} - started AS seconds,
        CASE WHEN state <> 'lost' AND {now} - beat > lease_seconds THEN 'dead' ELSE state END AS state_now,
        (SELECT count(*) FROM runs WHERE process_start = worker_id AND status = 'running') AS runs
    FROM workers ORDER BY started, worker_id
"""
_COUNT = """
    SELECT host, count(*) AS workers FROM workers
    WHERE state <> 'lost' AND {now} - beat <= lease_seconds GROUP BY host
"""
_REMEMBER_SECONDS = 86_400.0  # chosen: long enough to be seen the next morning


class WorkerLeases:
    """Who works on the runs of a record.

    Raises:
        StorageError: From every method: the record cannot be read or written.
    """

    def __init__(self, open_file: Callable[[], RunFile]) -> None:
        self._open_file = open_file

    def __repr__(self) -> str:
        return "<WorkerLeases>"

    def join(self, lease: WorkerLease) -> None:
        """Begin a lease; those lost a day ago are forgotten."""
        process = (lease.worker_id, lease.pid, lease.host, lease.version)
        offers = encode_json(lease.offers).decode()
        self._change(_FORGET, _REMEMBER_SECONDS)
        elsewhere = (encode_json(lease.urls).decode(), encode_json(lease.abilities).decode())
        self._change(_JOIN, *process, lease.concurrency, lease.lease_seconds, offers, *elsewhere)

    def renew(self, worker_id: str) -> WorkerState:
        """Give a word of life; "lost" says that it came too late, and others have taken over."""
        # Not lasting: where the server breaks down, a lease of many seconds seems older by less than one.
        self._change(_BEAT, worker_id, is_lasting=False)
        rows = self._read(_STATE, worker_id)
        return cast(WorkerState, rows[0].state) if rows else "lost"

    def tell_health(self, worker_id: str, health: TransportHealth) -> None:
        """Say how a worker is that does tasks for others."""
        self._change(_HEALTH, encode_json(health).decode(), worker_id, is_lasting=False)

    def find_expired(self) -> list[str]:
        """The workers that were silent for too long and that nobody has declared lost."""
        return [row.worker_id for row in self._read(_EXPIRED)]

    def lose(self, worker_id: str) -> bool:
        """Declare a worker lost, unless it has given a word meanwhile; of several who do so, one is told true."""
        return self._change(_LOSE, worker_id) == 1

    def drain(self, worker_id: str) -> None:
        """Ask a worker to begin no run any more, and to end.

        Raises:
            NameUnknownError: No worker has that id; near ones are named.
        """
        if self._change(_DRAIN, worker_id) == 0:
            known = [one.lease.worker_id for one in self.list_workers() if one.state != "lost"]
            if worker_id not in known:
                near = [name for name in known if name.startswith(worker_id)] or known
                raise NameUnknownError("worker", worker_id, near=near[:3], hint=None if near else "no worker is there")

    def leave(self, worker_id: str) -> None:
        """End a lease."""
        self._change(_LEAVE, worker_id)

    def list_workers(self) -> list[WorkerSummary]:
        """All workers, oldest first."""
        return [_summarise(row) for row in self._read(_LIST)]

    def count_live(self) -> dict[str, int]:
        """How many workers give word of themselves, by machine."""
        return {row.host: row.workers for row in self._read(_COUNT)}

    def _change(self, statement: str, *values: str | float, is_lasting: bool = True) -> int:
        file = self._open_file()
        try:
            return file.change(statement, values, is_lasting=is_lasting)
        finally:
            file.close()

    def _read(self, query: str, *values: str | float) -> list[Row]:
        file = self._open_file()
        try:
            return file.read(query, values)
        finally:
            file.close()


def _summarise(row: Row) -> WorkerSummary:
    lease = WorkerLease(
        worker_id=row.worker_id,
        pid=row.pid,
        host=row.host,
        version=row.version,
        concurrency=row.concurrency,
        lease_seconds=row.lease_seconds,
        offers=read_needs(row.offers),
        urls=decode_json(tuple[str, ...], row.urls) if row.urls else (),
        abilities=read_needs(row.abilities),
    )
    return WorkerSummary(
        lease=lease,
        state=row.state_now,
        silent_seconds=row.silent_seconds,
        seconds=row.seconds,
        runs=row.runs,
        health=decode_json(TransportHealth, row.health) if row.health else None,
        dead_since=row.beat + row.lease_seconds if row.state_now in ("dead", "lost") else None,
    )
