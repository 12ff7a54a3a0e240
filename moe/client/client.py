"""The client: the same calls on a server and on an App in this process."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from moe.client.connection import Connection
from moe.client.documents import check_files
from moe.client.embedded import EmbeddedConnection
from moe.client.remote import RemoteConnection
from moe.client.sync import SyncClient
from moe.contracts.collections import CollectionContent
from moe.contracts.conversations import Conversation, ConversationSummary
from moe.contracts.index import IndexChange
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import ReplayReport, RunSummary, Verdict
from moe.contracts.tasks import build_task_request
from moe.contracts.wanted import build_run_request
from moe_core.contracts.event import Event

URL_VARIABLE = "MOE_URL"
KEY_VARIABLE = "MOE_KEY"


class MoEClient:
    """Asks questions, follows runs, looks at them. Use it as an async context manager, or close it."""

    def __init__(
        self,
        url: str | None = None,
        *,
        key: str | None = None,
        project: Path | str | None = None,
        timeout_seconds: float = 30.0,
        connection: Connection | None = None,
    ) -> None:
        """Choose whom to ask.

        Args:
            url: The server's address; by default MOE_URL, and without that an App in this process.
            key: The key to show to it; by default MOE_KEY.
            project: Without a server, the project's folder; by default the nearest one upwards.
            timeout_seconds: What a request to a server may take that does not wait for a run.
            connection: Somebody else who does the runs.
        """
        url = url or os.environ.get(URL_VARIABLE) or ""
        if connection is not None:
            self._connection = connection
        elif url:
            key = os.environ.get(KEY_VARIABLE, "") if key is None else key
            self._connection = RemoteConnection(url, key=key, timeout_seconds=timeout_seconds)
        else:
            self._connection = EmbeddedConnection(None if project is None else Path(project))

    def __repr__(self) -> str:
        return f"<MoEClient of {self._connection!r}>"

    @classmethod
    def sync(cls, *args: Any, **options: Any) -> SyncClient:
        """The same for code that is not async: each method waits. Arguments are those of the class."""
        return SyncClient(lambda: cls(*args, **options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def run(self, question: str | RunRequest, **fields: Any) -> RunResult:
        """Answer a question; a run that failed is a result too, with its `error`.

        Args:
            question: The text, or a whole request.
            fields: More fields of the `RunRequest`, as `docs`.

        Raises:
            RequestError: A field is unknown or does not fit.
            NameUnknownError: It names an agent, a provider, a persona or a collection that is not there.
            ServerUnreachableError: No server answers.
            ServerProblemError: The server refused it.
        """
        return await self._connection.run(build_run_request(question, fields))

    async def execute_task(self, task_type: str, content: Mapping[str, Any]) -> RunResult:
        """Do a task of a type: general, research, analysis or content.

        Args:
            task_type: Which.
            content: What it takes: `query`, and mostly `depth` (quick, standard, comprehensive), `include` (academic,
                news, analysis, documents), `collection` and `docs`.

        Raises:
            RequestError: The type or a field is unknown, with the nearest name, or does not fit.
            ServerUnreachableError: No server answers.
            ServerProblemError: The server refused it.
        """
        return await self._connection.run(build_task_request(task_type, content))

    async def start(self, question: str | RunRequest, **fields: Any) -> str:
        """Begin a run, and do not wait for it; its id. Arguments and errors are those of `run`.

        Without a server the run ends with this client: when that closes, it is recorded as cancelled.
        """
        return await self._connection.start(build_run_request(question, fields))

    async def stream(self, question: str | RunRequest, **fields: Any) -> AsyncIterator[Event]:
        """Begin a run, and tell what happens in it until it ends. Arguments and errors are those of `run`."""
        run_id = await self.start(question, **fields)
        async for event in self.events(run_id):
            yield event

    async def events(self, run_id: str, *, after: int = 0) -> AsyncIterator[Event]:
        """What has happened in a run after an event, and what happens until it ends; each once."""
        async for event in self._connection.events(run_id, after=after):
            yield event

    async def get_result(self, run_id: str) -> RunResult:
        """The result of a run that is over.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is not over.
        """
        return await self._connection.get_result(run_id)

    async def runs(self, *, limit: int = 20) -> Sequence[RunSummary]:
        """The newest runs, newest first."""
        return await self._connection.list_runs(limit=limit)

    async def cancel(self, run_id: str) -> None:
        """End a run.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is over.
        """
        await self._connection.cancel(run_id)

    async def approve(self, run_id: str, *, task: str = "", note: str = "") -> None:
        """Have the calls of tools made that a run waits for; it goes on when no other waits.

        Args:
            run_id: Its whole id.
            task: Only calls of that task and those below it, as "1/2"; "" for all.
            note: Why; it is kept.

        Raises:
            NameUnknownError: No run has that id, or no call of that task waits.
            RequestError: It waits for nobody, or somebody was quicker.
        """
        await self._connection.decide(run_id, "approve", task, note)

    async def skip(self, run_id: str, *, task: str = "", note: str = "") -> None:
        """Have a run go on without the calls that it waits for, once no other waits; arguments as for `approve`.

        Raises:
            NameUnknownError: No run has that id, or no call of that task waits.
            RequestError: It waits for nobody, or somebody was quicker.
        """
        await self._connection.decide(run_id, "skip", task, note)

    async def rate(self, run_id: str, verdict: Verdict, *, note: str = "") -> RunSummary:
        """Say whether a run's answer was good."""
        return await self._connection.rate(run_id, verdict, note)

    async def replay(self, run_id: str) -> ReplayReport:
        """Do a run again with the replies that it had, asking and recording nothing; whether it comes out the same.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is not done.
        """
        return await self._connection.replay(run_id)

    async def conversations(self, *, limit: int = 20) -> Sequence[ConversationSummary]:
        """The conversations, the one that went on last first; a question names one as `conversation_id`."""
        return await self._connection.list_conversations(limit=limit)

    async def get_conversation(self, conversation_id: str) -> Conversation:
        """A conversation with its turns, the oldest first.

        Raises:
            NameUnknownError: There is none of that id.
        """
        return await self._connection.get_conversation(conversation_id)

    async def delete(self, run_id: str) -> None:
        """Delete a run that is over."""
        await self._connection.delete(run_id)

    async def collections(self) -> Sequence[CollectionContent]:
        """The collections that may be asked, by name; a question names one as `collection`."""
        return await self._connection.list_collections()

    async def add_documents(self, collection: str, files: Sequence[Path | str]) -> IndexChange:
        """Put files into a collection, which is made if it is new, and wait until they are indexed.

        Args:
            collection: Its name.
            files: Files of this machine; each has its own name there, and takes the place of one of that name.

        Raises:
            RequestError: No collection can have that name, or two files have one name.
            DocumentError: A file cannot be read.
            ServerProblemError: The server refused it.
        """
        return await self._connection.add_documents(collection, check_files(files))

    async def read_document(self, collection: str, document: str, *, start: int = 0, end: int | None = None) -> str:
        """The text of a document, or what a citation points to: its characters from `start` to `end`.

        Raises:
            NameUnknownError: There is no such collection or document.
        """
        return (await self._connection.read_document(collection, document))[start:end]

    async def delete_collection(self, collection: str) -> None:
        """Delete a collection with its files and its index.

        Raises:
            NameUnknownError: There is none of that name.
        """
        await self._connection.delete_collection(collection)

    async def close(self) -> None:
        """Give back what was opened; runs in this process are cancelled, those of a server go on."""
        await self._connection.close()
