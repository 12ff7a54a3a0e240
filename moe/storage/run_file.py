"""The file that runs are kept in, as its store sees it, and finding a run in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Protocol

from moe.contracts.runs import LAST
from moe.storage.recorder import Values, WritableFile
from moe.storage.run_rows import Owner, Row
from moe_core.contracts.errors import NameUnknownError


class RunFile(WritableFile, Protocol):
    """What can be asked of it; `RunDatabase` tells what each answers."""

    def select_runs(self, limit: int, *, before: str = "", started: float = 0.0) -> list[Row]:
        """The newest runs, or those before one."""
        ...

    def find_run(self, run_id: str) -> Row | None:
        """One run."""
        ...

    def select_run_ids(self, prefix: str = "", *, limit: int) -> list[str]:
        """Ids of the newest runs that start with a prefix."""
        ...

    def select_events(self, run_id: str, *, after: int = 0, most: int | None = None) -> list[Row]:
        """The events of a run with a greater number, in order; so many at most."""
        ...

    def select_steps(self, run_id: str) -> list[Row]:
        """What a run's steps came to."""
        ...

    def select_conversations(self, limit: int, *, prefix: str = "", before: str = "", last: float = 0.0) -> list[Row]:
        """Conversations whose id begins so, or those before one."""
        ...

    def select_turns(self, conversation_id: str) -> list[Row]:
        """The runs of a conversation."""
        ...

    def select_conversation_ids(self, prefix: str = "", *, limit: int) -> list[str]:
        """Ids of conversations that start with a prefix."""
        ...

    def find_conversation(self, run_id: str) -> str | None:
        """The conversation of a run."""
        ...

    def claim_run(self, run_id: str, *, status: str, before: Owner, now: Owner) -> bool:
        """Make a run another process's."""
        ...

    def release_run(self, run_id: str, mark: str) -> bool:
        """Let a worker's run wait for another one."""
        ...

    def requeue_run(self, run_id: str, *, status: str, before: Owner) -> bool:
        """Let a run that goes on nowhere wait for a worker."""
        ...

    def decide_run(
        self, run_id: str, *, before: str, after: str, steps: Mapping[str, str], events: Sequence[Values]
    ) -> bool:
        """Keep what was decided on a run that waits."""
        ...

    def is_cancelled(self, run_id: str) -> bool:
        """Whether somebody has asked that a run end."""
        ...

    def delete_runs(self, run_ids: Sequence[str]) -> None:
        """Delete runs with all that is theirs."""
        ...

    def change(self, statement: str, values: Sequence[str | float], *, is_lasting: bool = True) -> int:
        """Do one statement."""
        ...

    def read(self, query: str, values: Sequence[str | float]) -> list[Row]:
        """Ask one question."""
        ...

    def find_snapshot(self, digest: str) -> str | None:
        """A snapshot's JSON."""
        ...

    def stream_events(self, kinds: Collection[str], *, run_id: str, since: float) -> Iterator[Row]:
        """Events of some kinds."""
        ...

    def count_runs(self, *, run_id: str, since: float) -> Row:
        """How many runs there are."""
        ...


def find_row(file: RunFile, run_id: str) -> Row:
    """A run's row.

    Args:
        file: Where it is looked for.
        run_id: Its id, a beginning that no other run shares, or "last" for the newest.

    Raises:
        NameUnknownError: None has it, or several begin with it; near ones are named.
    """
    row = file.find_run(run_id)
    newest = file.select_runs(1) if run_id == LAST else []
    if row is not None or newest:
        return row or newest[0]
    starting = file.select_run_ids(run_id, limit=4) if run_id else []
    if len(starting) == 1:
        return file.find_run(starting[0])
    if starting:
        raise NameUnknownError("run", run_id, near=starting[:3], hint=f"several begin so: {', '.join(starting[:3])}")
    known = file.select_run_ids(limit=200)
    near = get_close_matches(run_id, known, n=3, cutoff=0.5)
    hint = f"the newest is {known[0]}" if known else "no run is recorded here yet"
    raise NameUnknownError("run", run_id, near=near, hint=None if near else hint)
