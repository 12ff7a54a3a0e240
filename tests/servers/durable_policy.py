"""What becomes of a run that is left to workers when something goes wrong around it.

Expected by tests/e2e/test_durable_faults.py, which brings each about, with a file and on a real server, and written as
a table into the documentation.
"""

from dataclasses import dataclass

FILE = "file"
SERVER = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableFault:
    """One row.

    Attributes:
        words: The fault.
        file: How the run ends when record and queue are files of SQLite; "" where that cannot happen.
        server: The same on a PostgreSQL server.
        told: What is told of it, and what brings it to an end.
    """

    words: str
    file: str
    server: str
    told: str


def everywhere(words: str, ending: str, told: str) -> DurableFault:
    """A fault that ends in the same way wherever the record is."""
    return DurableFault(words=words, file=ending, server=ending, told=told)


DURABLE_FAULTS = {
    "duplicate": everywhere(
        "a run is asked for twice with one id, and its task is brought to a worker twice",
        "done once",
        "the second is the first",
    ),
    "late_result": everywhere(
        "a worker that was silent brings its result after the run was cancelled",
        "cancelled",
        "its events, steps and result are refused; the worker joins anew",
    ),
    "locked": everywhere(
        "somebody else holds the database for a moment",
        "done",
        "nothing",
    ),
    "locked_long": everywhere(
        "the same, for longer than ten seconds",
        "done",
        "the run is answered, with a note that it could not be recorded; a worker or server records it once it can",
    ),
    "full": everywhere(
        "the database is full when a worker begins a run",
        "done",
        "nothing is lost: it is recorded when there is room, and until then the worker begins no other in its place",
    ),
    "disk_full": everywhere(
        "the disk under the database is full while a worker does a run",
        "done",
        "as when the database is full",
    ),
    "down": DurableFault(
        words="the server ends all connections and refuses new ones, for some seconds",
        file="",
        server="done",
        told="nothing within ten seconds; after that as when it is locked for long",
    ),
    "restarted": DurableFault(
        words="the server dies at once, twice in a run, and is begun again",
        file="",
        server="done",
        told="nothing",
    ),
    "skewed": DurableFault(
        words="the clock of the worker that does a run is an hour off",
        file="",
        server="done",
        told="nothing: nobody takes over, for leases are measured by the server's clock",
    ),
    "poison": everywhere(
        "a run ends every worker that does it",
        "dead_letter after 4",
        "`moe runs show` and `list`: failed; `moe runs retry` queues it again",
    ),
    "unsure_call": everywhere(
        "a worker is killed in a call of a tool that must not be made twice unasked",
        "waiting, then done",
        "`moe runs list`: waiting; `moe runs approve` makes the call again, `moe runs skip` goes on without, and the"
        " time that it waits does not count",
    ),
    "killed_waiting": everywhere(
        "every worker is killed while a run waits for a person",
        "waiting, then done",
        "it waits on, and goes on by the next worker when it is decided on",
    ),
    "partition": DurableFault(
        words="a worker is stopped, or cut off from the server, for longer than its lease, and comes back",
        file="done by another",
        server="done by another",
        told="the worker says that it was silent for too long, and joins anew; its results are refused",
    ),
    "version": everywhere(
        "a run was queued by another minor version of moe",
        "done by its version",
        "workers of this version leave it in the queue; `moe runs watch` and `moe workers list` tell that it needs the"
        " other",
    ),
    "two_owners": everywhere(
        "two workers take a run up at the same moment",
        "done by one",
        "the other goes on with something else",
    ),
}


def write_durable_table() -> str:
    """The table as Markdown."""
    rows = ["| fault | in files | on a server | what is told |", "| --- | --- | --- | --- |"]
    for name, fault in DURABLE_FAULTS.items():
        rows.append(f"| `{name}`: {fault.words} | {fault.file or '—'} | {fault.server or '—'} | {fault.told} |")
    return "\n".join(rows)
