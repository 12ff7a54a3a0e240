"""The conversations of a project, and the next question of one."""

import os
from dataclasses import dataclass

import moe.rooms as rooms
from moe.contracts.conversations import Conversation, ConversationSummary
from moe.contracts.request import RunRequest
from moe.contracts.runs import LAST, UNFINISHED, WAITING
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.payloads import RunStarted

# What a follow-up that says nothing of it has from the question before.
_TAKEN_OVER = ("provider", "model", "mode")
_DOCUMENTS = ("docs", "collection")


@dataclass(frozen=True, kw_only=True)
class ConversationDirectory:
    """Conversations by id.

    Attributes:
        runs: The record.
    """

    runs: "rooms.RunStore"

    def list(
        self, limit: int = 20, *, prefix: str = "", before: str = "", last: float = 0.0
    ) -> "list[ConversationSummary]":
        """The conversations, the one that went on last first; see `ConversationStore.list_conversations`.

        Raises:
            StorageError: The record cannot be read.
        """
        return self.runs.conversations.list_conversations(limit, prefix=prefix, before=before, last=last)

    def read(self, conversation_id: str) -> Conversation:
        """A conversation by its whole id; one that nobody has begun has no turns.

        Raises:
            StorageError: The record cannot be read.
        """
        return self.runs.conversations.read(conversation_id)

    def get(self, name: str) -> Conversation:
        """One conversation with its turns.

        Args:
            name: Its id or that of one of its runs, or the beginning of one; "last" for the one that went on last.

        Raises:
            NameUnknownError: There is none.
            StorageError: The record cannot be read.
        """
        newest = self.runs.conversations.list_conversations(1) if name == LAST else []
        conversation_id = newest[0].conversation_id if newest else self.runs.conversations.find_id(name)
        found = self.runs.conversations.read(conversation_id)
        if not found.turns:
            raise NameUnknownError("conversation", name, hint=f'moe run --continue {name} "…" begins one with this run')
        return found

    def find_last_question(self, name: str) -> str:
        """What was asked last in a conversation, or in a run that nobody has followed up.

        Raises:
            NameUnknownError: There is none.
            StorageError: The record cannot be read.
        """
        conversation_id = self.runs.conversations.find_id(name)
        turns = self.runs.conversations.read(conversation_id).turns
        return turns[-1].question if turns else self.runs.get_summary(conversation_id).question

    def delete(self, name: str) -> Conversation:
        """Delete a conversation with all its runs; what it was.

        Raises:
            NameUnknownError: There is none.
            RequestError: A run of it is not over.
            StorageError: The record cannot be written.
        """
        found = self.get(name)
        _require_over(found)
        self.runs.delete([turn.run_id for turn in found.turns])
        return found

    def follow_up(self, request: RunRequest, name: str) -> RunRequest:
        """A request as the next question of a conversation, over the documents of the one before.

        Args:
            request: What is asked now; what it says of documents and models stands.
            name: As for `get`; also a run that nobody has followed up.

        Raises:
            NameUnknownError: There is none.
            StorageError: The record cannot be read.
        """
        conversation_id = self.runs.conversations.find_id(name)
        turns = self.runs.conversations.read(conversation_id).turns
        record = self.runs.get_run(turns[-1].run_id if turns else conversation_id, most=1)
        first = record.events[0].data if record.events else None
        before = dict(first.request) if isinstance(first, RunStarted) else {}
        folder = first.folder if isinstance(first, RunStarted) else ""
        before["docs"] = tuple(os.path.join(folder, path) for path in before.get("docs") or ())
        if folder == os.getcwd():
            before["docs"] = tuple(os.path.relpath(path, folder) for path in before["docs"])
        names = _TAKEN_OVER if request.docs or request.collection else (*_DOCUMENTS, *_TAKEN_OVER)
        taken = {name: before[name] for name in names if before.get(name) and not getattr(request, name)}
        return RunRequest.model_validate({**request.model_dump(), **taken, "conversation_id": conversation_id})


def _require_over(conversation: Conversation) -> None:
    """Refuse to delete what somebody works on, or is to decide on.

    Raises:
        RequestError: A run of it is not over.
    """
    going = [turn for turn in conversation.turns if turn.status in UNFINISHED]
    if going:
        does = "waits for a person" if going[0].status == WAITING else f"is {going[0].status}"
        raise RequestError(
            f"run {going[0].run_id} of it {does}", hint=f"cancel it first: moe runs cancel {going[0].run_id}"
        )
