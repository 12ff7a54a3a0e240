"""Write docs/reference/faults.md from what the tests of faults expect.

python docs/build_fault_table.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "servers"))

from durable_policy import write_durable_table  # noqa: E402
from fault_policy import ATTEMPTS_MAX, BREAKER_FAILURES, write_table  # noqa: E402
from fleet_policy import write_fleet_table  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "faults.md"
TEXT = f"""# What happens when something fails

## A model server

Written by `docs/build_fault_table.py` from what `tests/e2e/test_fault_matrix.py` expects, which runs every cell: whole
runs over documents, one layer of which asks a server that misbehaves, while the other layers ask one that is well.

A cell says how the run ends, and how many questions the faulty server has seen by then: two at the
Belter and one elsewhere when all goes well.
All cells are run through `openai`; through `ollama` every fault is, each at one of the places.

- **answered**: as if nothing had happened.
- **degraded**: an answer with citations, for which the agent's FALLBACK, the built-in extractive provider, did a part.
- otherwise the code of the one error that the run ends with, which says what is wrong and what to do.

The columns of places are for a fault that lasts, with the bundled modelfiles' fallbacks. *Answer, streamed* is a
server that fails only when Camina writes the answer, which `moe run` shows as it comes.
*Without a fallback* is the same with the FALLBACK taken out of the modelfiles. *Once* is a
fault that happens to one request, with fallbacks.
A cell holds for all places unless it names some.

Retries are at most {ATTEMPTS_MAX} requests a call, and a server that has failed {BREAKER_FAILURES} times in a row is
left alone; [resilience](../explanation/resilience.md) says why.

{{table}}
A refusal (401, 403, a redirect, a parameter that cannot be left out) is the configuration's mistake: a fallback would
hide it, so the run ends. A run that is cancelled, at any place, closes its connections at once and is recorded as
cancelled. A model with a fallback behind it gets four fifths of the time that is left, so that a server which hangs
longer than the deadline leaves the fallback some.

## Runs that are left to workers

What becomes of a run when something goes wrong around it, and what is told. `tests/e2e/test_durable_faults.py` brings
each of these about, with files of SQLite and on a real PostgreSQL server; *done* is the whole answer, with each of its
events once and without a gap.

{{durable}}

After SIGKILL, what was under way is done again, and so is what ended within the last 20 ms or so: what a run tells is
gathered for 15 ms (`GATHER_SECONDS`) and then written in one transaction, so that an outcome that was not on disk by
then is not known. Of a model that takes seconds a call that is one kill in some hundred. The answer is the same, as all
that came later was not on disk either; a call that must not be made twice unasked is marked on disk before it is made,
and has no such gap. `benchmarks/kill.py` counts both kinds.

A worker whose database is away, locked or full keeps what it has to record, in order, and writes it when it can; it
ends a run only when its end is recorded, for five minutes at most. A record that is damaged, or written by a newer moe,
is refused and left alone: [look after the record](../how-to/go-on-with-a-run.md#look-after-the-record).

## Agents that are elsewhere

What becomes of a run one of whose agents is [elsewhere](../how-to/have-agents-elsewhere.md) when something fails
between.
`tests/e2e/fleet/test_faults.py` brings each of these about over HTTP, and over real servers of RabbitMQ and NATS.

{{fleet}}

Messages that [come in by a broker](../how-to/take-work-from-a-broker.md) are each one run however often they come:
`tests/e2e/fleet/test_intake.py` sends 300 to RabbitMQ, each twice, and begins it anew in the middle.
"""


def build_page() -> str:
    """The page as Markdown."""
    return TEXT.format(table=write_table(), durable=write_durable_table(), fleet=write_fleet_table())


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
