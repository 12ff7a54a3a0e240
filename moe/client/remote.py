"""Runs of a server, as a client sees them."""

import asyncio
import json
import secrets
from asyncio import to_thread
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from moe.client.errors import ServerProblemError, ServerUnreachableError, build_error
from moe.client.frames import END, STOPPING, read_frames
from moe.contracts.collections import CollectionContent
from moe.contracts.conversations import Conversation, ConversationSummary
from moe.contracts.index import IndexChange
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import ReplayReport, RunSummary, Verdict
from moe.contracts.waiting import Decision
from moe_core.contracts.errors import MoeError, RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.event_catalog import read_event
from moe_core.contracts.wire import decode_json, from_wire

_API = "/api/v1"
_ATTEMPTS_MAX = 4  # of what is safe to ask again
_WAIT_FIRST_SECONDS = 0.2
_WAIT_MAX_SECONDS = 5.0
_RECONNECTS_MAX = 20  # of a stream, one after the other without an event between: about a minute and a half
_CONTENT = ("name", "version", "files")
_ENDED = ("done", "failed", "cancelled", "waiting")


class RemoteConnection:
    """A server.

    Args:
        url: Its address.
        key: The key to show; "" for none.
        timeout_seconds: What a request may take that does not wait for a run.
    """

    def __init__(self, url: str, *, key: str = "", timeout_seconds: float = 30.0) -> None:
        if not key.isascii():
            raise RequestError("the key holds characters that no key has", hint="`moe keys create` shows one, once")
        self._url = url.rstrip("/")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.AsyncClient(base_url=self._url, headers=headers, timeout=timeout_seconds)

    def __repr__(self) -> str:
        return f"<RemoteConnection {self._url}>"

    async def start(self, request: RunRequest) -> str:
        """Begin a run; its id."""
        answer = await self._ask("POST", "/runs", body=_write(request), headers=_make_repeatable())
        return str(answer.json()["run_id"])

    async def run(self, request: RunRequest) -> RunResult:
        """Begin a run and wait for its end, however long it takes."""
        run_id = await self.start(request)
        async for _ in self.events(run_id, after=0):
            pass
        return await self.get_result(run_id)

    async def events(self, run_id: str, *, after: int) -> AsyncIterator[Event]:
        """What has happened in a run, and what happens until it ends; a connection that breaks is made anew."""
        failures = 0
        while True:
            try:
                async for kind, data in self._read_stream(run_id, after):
                    if kind == END:
                        return
                    if kind == STOPPING:
                        break
                    event = read_event(data)
                    after, failures = max(after, event.sequence), 0
                    yield event
            except (httpx.TransportError, ServerProblemError) as error:
                failures += 1
                if failures > _RECONNECTS_MAX or not getattr(error, "retryable", True):
                    raise self._explain(error) from error
            await asyncio.sleep(_wait(failures))

    async def get_result(self, run_id: str) -> RunResult:
        """The result of a run that is over."""
        told = (await self._ask("GET", f"/runs/{quote(run_id, safe='')}")).json()
        if told["status"] not in _ENDED:
            error = told.get("error") or {}
            hint = error.get("hint") or "follow its events until it ends"
            raise RequestError(f"run {run_id} is {told['status']}", hint=hint)
        return from_wire(RunResult, told)

    async def list_runs(self, *, limit: int) -> Sequence[RunSummary]:
        """The newest runs, newest first."""
        return [from_wire(RunSummary, run) for run in await self._list("runs", limit)]

    async def cancel(self, run_id: str) -> None:
        """End a run."""
        await self._ask("POST", f"/runs/{quote(run_id, safe='')}/cancel", is_repeatable=False)

    async def decide(self, run_id: str, decision: Decision, task: str, note: str) -> None:
        """Decide on the calls for which a run waits."""
        body = json.dumps({"task": task, "note": note}).encode()
        await self._ask("POST", f"/runs/{quote(run_id, safe='')}/{decision}", body=body, is_repeatable=False)

    async def rate(self, run_id: str, verdict: Verdict, note: str) -> RunSummary:
        """Keep what somebody thinks of a run's answer."""
        body = json.dumps({"verdict": verdict, "note": note}).encode()
        place = f"/runs/{quote(run_id, safe='')}/rate"
        return from_wire(RunSummary, (await self._ask("POST", place, body=body)).json())

    async def replay(self, run_id: str) -> ReplayReport:
        """Do a run again with the replies that it had, however long it takes."""
        place = f"/runs/{quote(run_id, safe='')}/replay"
        return from_wire(ReplayReport, (await self._ask("POST", place, timeout=None)).json())

    async def list_conversations(self, *, limit: int) -> Sequence[ConversationSummary]:
        """The conversations, the one that went on last first."""
        return [from_wire(ConversationSummary, one) for one in await self._list("conversations", limit)]

    async def get_conversation(self, conversation_id: str) -> Conversation:
        """A conversation with its turns, by its whole id."""
        place = f"/conversations/{quote(conversation_id)}"
        return from_wire(Conversation, (await self._ask("GET", place)).json())

    async def delete(self, run_id: str) -> None:
        """Delete a run that is over."""
        await self._ask("DELETE", f"/runs/{quote(run_id, safe='')}", is_repeatable=False)

    async def list_collections(self) -> Sequence[CollectionContent]:
        """The collections that the key may ask, by name."""
        listed = (await self._ask("GET", "/collections")).json()["collections"]
        return [from_wire(CollectionContent, {name: one[name] for name in _CONTENT}) for one in listed]

    async def add_documents(self, collection: str, files: Sequence[Path]) -> IndexChange:
        """Send files into a collection, and ask until they are indexed."""
        parts = [("files", (file.name, await to_thread(file.read_bytes))) for file in files]
        told = (await self._ask("POST", "/collections", data={"name": collection}, files=parts)).json()
        while told["last_change"]["status"] in ("waiting", "indexing"):
            await asyncio.sleep(_WAIT_FIRST_SECONDS)
            told = (await self._ask("GET", f"/collections/{quote(collection)}")).json()
        change = told["last_change"]
        if change["problem"] is not None:
            problem = change["problem"]
            raise build_error({**problem, "detail": problem["message"]})
        return from_wire(IndexChange, change["change"])

    async def read_document(self, collection: str, document: str) -> str:
        """The text of a document."""
        place = f"/collections/{quote(collection, safe='')}/documents/{quote(document)}"
        return str((await self._ask("GET", place)).json()["text"])

    async def delete_collection(self, collection: str) -> None:
        """Delete a collection."""
        await self._ask("DELETE", f"/collections/{quote(collection, safe='')}", is_repeatable=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _list(self, what: str, limit: int) -> list[Any]:
        """So many of what is listed page by page."""
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None and len(found) < limit:
            params = {"limit": min(100, limit - len(found)), "cursor": cursor}
            page = (await self._ask("GET", f"/{what}", params=params)).json()
            found += page[what]
            cursor = page["next"]
        return found

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = True,
        **options: Any,
    ) -> httpx.Response:
        """An answer that is no problem; what failed for a moment is asked again, where that is safe."""
        sent = {**(headers or {}), **({"content-type": "application/json"} if body is not None else {})}
        for attempt in range(1, _ATTEMPTS_MAX + 1):
            try:
                answer = await self._http.request(method, f"{_API}{path}", content=body, headers=sent, **options)
                if answer.is_success:
                    return answer
                raise _read_problem(answer)
            except (httpx.TransportError, ServerProblemError) as error:
                is_passing = getattr(error, "retryable", True)
                if attempt == _ATTEMPTS_MAX or not is_passing or not is_repeatable:
                    raise self._explain(error) from error
                await asyncio.sleep(getattr(error, "retry_after", None) or _wait(attempt))
        raise AssertionError("the last attempt returns or raises")

    async def _read_stream(self, run_id: str, after: int) -> AsyncIterator[tuple[str, str]]:
        limits = httpx.Timeout(self._http.timeout.connect, read=60.0)  # a living server is silent for 15 s at most
        path = f"{_API}/runs/{run_id}/events"
        async with self._http.stream("GET", path, params={"after": after}, timeout=limits) as answer:
            if not answer.is_success:
                await answer.aread()
                raise _read_problem(answer)
            async for frame in read_frames(answer.aiter_lines()):
                yield frame

    def _explain(self, error: Exception) -> MoeError:
        if isinstance(error, MoeError):
            return error
        return ServerUnreachableError(
            f"no server answers at {self._url}: {error or type(error).__name__}",
            url=self._url,
            hint="moe serve starts one",
        )


def _write(request: RunRequest) -> bytes:
    return request.model_dump_json(exclude_defaults=True).encode()


def _make_repeatable() -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(16)}


def _wait(attempt: int) -> float:
    return float(min(_WAIT_MAX_SECONDS, _WAIT_FIRST_SECONDS * 2**attempt))


def _read_problem(answer: httpx.Response) -> MoeError:
    """The error that an answer tells of."""
    try:
        problem = decode_json(dict[str, Any], answer.content)
    except ValueError:
        problem = {"status": answer.status_code, "detail": f"the answer is {answer.status_code} and no JSON"}
    after = answer.headers.get("retry-after", "")
    return build_error(problem, retry_after=float(after) if after.isdecimal() else None)
