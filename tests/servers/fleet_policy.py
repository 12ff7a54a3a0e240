"""What becomes of a run one of whose agents is elsewhere, when something goes wrong between.

Expected by tests/e2e/fleet/test_faults.py, which brings each about over HTTP and over real brokers, and written as a
table into the documentation.
"""

from dataclasses import dataclass

PLACES = ("http", "rabbitmq", "nats")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFault:
    """One row.

    Attributes:
        words: The fault.
        ending: How the run ends, whatever is between.
        told: What is told of it.
    """

    words: str
    ending: str
    told: str


FLEET_FAULTS = {
    "down_at_start": FleetFault(
        words="nobody is at the worker's address, or no broker, when the run begins",
        ending="failed: transport",
        told="one line within five seconds: who cannot be reached, and why",
    ),
    "down_mid_run": FleetFault(
        words="the connection hangs while the task is done, or the broker is begun anew",
        ending="done, by one doing of the task",
        told="the task is asked for again under its id, and its events come from where they stopped",
    ),
    "duplicate": FleetFault(
        words="the same task arrives twice, while it is done and after it",
        ending="done, by one doing of the task",
        told="the second is told what the first was told",
    ),
    "asks_first": FleetFault(
        words="a tool of the agent asks a person before it is called",
        ending="waiting, then done",
        told="the run waits where it was asked, and its task is asked for again with what was decided there",
    ),
    "unsure_call": FleetFault(
        words="the worker is killed in a call of a tool that must not be made twice unasked",
        ending="waiting, then done",
        told="as for a run that is left to workers",
    ),
    "late_result": FleetFault(
        words="a tool brings its result after the run was cancelled",
        ending="cancelled",
        told="the worker is told of the end, and ignores what comes later",
    ),
}


def write_fleet_table() -> str:
    """The table as Markdown."""
    rows = [f"| fault | {', '.join(PLACES)} | what is told |", "| --- | --- | --- |"]
    rows += [f"| `{name}`: {one.words} | {one.ending} | {one.told} |" for name, one in FLEET_FAULTS.items()]
    return "\n".join(rows)
