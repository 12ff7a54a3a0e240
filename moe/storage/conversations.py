"""The record of runs as conversations."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from moe.contracts.conversations import Conversation, ConversationSummary, ConversationTurn
from moe.contracts.runs import LAST
from moe.storage.run_file import RunFile
from moe.storage.run_rows import Row, summarise
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json

_MOST_NEW = 200  # runs among which the last one that is done is looked for
_MOST_BEGUN = 1000  # conversations that begin alike, among which the one of that very name is
_MOST_NEAR = 200  # among which near names are looked for


class ConversationStore:
    """Reads which runs follow one another."""

    def __init__(self, open_file: Callable[[], RunFile | None]) -> None:
        """Read a file of runs.

        Args:
            open_file: Opens it; None when nothing was ever recorded.
        """
        self._open_file = open_file

    def list_conversations(
        self, limit: int = 20, *, prefix: str = "", before: str = "", last: float = 0.0
    ) -> list[ConversationSummary]:
        """The conversations, the one that went on last first.

        Args:
            limit: So many at most.
            prefix: Only those whose id begins so.
            before: Only those that went on last before the one of that id; "" for all.
            last: When that one did, Unix time in seconds.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_file()
        rows = [] if file is None else file.select_conversations(limit, prefix=prefix, before=before, last=last)
        return [
            ConversationSummary(
                conversation_id=row.conversation_id,
                question=row.question,
                turns=row.turns,
                started=row.started,
                last=row.last,
            )
            for row in rows
        ]

    def read(self, conversation_id: str) -> Conversation:
        """A conversation by its whole id; one that nobody has begun has no turns.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_file()
        rows = [] if file is None else file.select_turns(conversation_id)
        return Conversation(conversation_id=conversation_id, turns=tuple(map(_read_turn, rows)))

    def find_id(self, name: str) -> str:
        """The id of the conversation that is meant.

        Args:
            name: Its id or that of one of its runs, or the beginning of one; "last" for that of the newest run that
                is done. A run that nobody has followed up begins a conversation.

        Raises:
            NameUnknownError: There is none; near ones are named.
            StorageError: The record cannot be read.
        """
        file = self._open_file()
        if file is None:
            raise NameUnknownError("conversation", name, hint="no run is recorded here yet")
        if name == LAST:
            done = (row.run_id for row in file.select_runs(_MOST_NEW) if row.status == Status.DONE)
            run_id = next(done, None)
            if run_id is None:
                raise NameUnknownError("conversation", name, hint="no run here is done that could be followed up")
            return file.find_conversation(run_id) or run_id
        starting = file.select_conversation_ids(name, limit=_MOST_BEGUN) if name else []
        if name in starting:
            return name
        runs = file.select_run_ids(name, limit=2) if name else []
        found = {file.find_conversation(run_id) or run_id for run_id in runs} | set(starting)
        if len(found) == 1:
            return found.pop()
        if found:
            raise NameUnknownError("conversation", name, near=sorted(found)[:3], hint="several begin so")
        known = [*file.select_conversation_ids(limit=_MOST_NEAR), *file.select_run_ids(limit=_MOST_NEAR)]
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        raise NameUnknownError(
            "conversation", name, near=near, hint=None if near else "`moe conversations list` shows them"
        )


def _read_turn(row: Row) -> ConversationTurn:
    summary = summarise(row)
    result: dict[str, Any] = {} if row.result is None else decode_json(dict[str, Any], row.result)
    return ConversationTurn(
        run_id=summary.run_id,
        question=summary.question,
        asked_as=str(result.get("asked_as") or ""),
        status=summary.status,
        started=summary.started,
        short_answer=str(result.get("short_answer") or ""),
        answer=str(result.get("answer") or ""),
        documents=tuple(str(cited.get("document")) for cited in result.get("citations") or ()),
    )
