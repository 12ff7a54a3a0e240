"""What a client needs of whoever does its runs."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from moe.contracts.collections import CollectionContent
from moe.contracts.conversations import Conversation, ConversationSummary
from moe.contracts.index import IndexChange
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import ReplayReport, RunSummary, Verdict
from moe.contracts.waiting import Decision
from moe_core.contracts.event import Event


class Connection(Protocol):
    """A server, or an App in this process."""

    async def start(self, request: RunRequest) -> str:
        """Begin a run; its id."""
        ...

    async def run(self, request: RunRequest) -> RunResult:
        """Begin a run and wait for its end."""
        ...

    def events(self, run_id: str, *, after: int) -> AsyncIterator[Event]:
        """What has happened in a run, and what happens until it ends."""
        ...

    async def get_result(self, run_id: str) -> RunResult:
        """The result of a run that is over.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is not over.
        """
        ...

    async def list_runs(self, *, limit: int) -> Sequence[RunSummary]:
        """The newest runs, newest first."""
        ...

    async def cancel(self, run_id: str) -> None:
        """End a run.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is over.
        """
        ...

    async def decide(self, run_id: str, decision: Decision, task: str, note: str) -> None:
        """Decide on the calls for which a run waits; it goes on when no other waits.

        Raises:
            NameUnknownError: No run has that id, or no call of that task waits.
            RequestError: It waits for nobody, or somebody was quicker.
        """
        ...

    async def rate(self, run_id: str, verdict: Verdict, note: str) -> RunSummary:
        """Keep what somebody thinks of a run's answer."""
        ...

    async def replay(self, run_id: str) -> ReplayReport:
        """Do a run again with the replies that it had.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is not done.
        """
        ...

    async def list_conversations(self, *, limit: int) -> Sequence[ConversationSummary]:
        """The conversations, the one that went on last first."""
        ...

    async def get_conversation(self, conversation_id: str) -> Conversation:
        """A conversation with its turns.

        Raises:
            NameUnknownError: There is none of that id.
        """
        ...

    async def delete(self, run_id: str) -> None:
        """Delete a run that is over."""
        ...

    async def list_collections(self) -> Sequence[CollectionContent]:
        """The collections that may be asked, by name."""
        ...

    async def add_documents(self, collection: str, files: Sequence[Path]) -> IndexChange:
        """Put files into a collection, and wait until they are indexed.

        Raises:
            RequestError: No collection can have that name.
            DocumentError: A file cannot be read.
        """
        ...

    async def read_document(self, collection: str, document: str) -> str:
        """The text of a document.

        Raises:
            NameUnknownError: There is no such collection or document.
        """
        ...

    async def delete_collection(self, collection: str) -> None:
        """Delete a collection.

        Raises:
            NameUnknownError: There is none of that name.
        """
        ...

    async def close(self) -> None:
        """Give back what was opened; an App's own runs are cancelled."""
        ...
