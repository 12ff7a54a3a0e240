"""What moe's own tools do: ask, search and explain, over the documents that the server was started with."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio

from moe.app import App
from moe.contracts.explanation import CitedPassage
from moe.contracts.request import RunRequest
from moe.contracts.result import Citation, RunResult
from moe.mcp.params import AskParams, ExplainParams, SearchParams
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, to_wire
from moe_core.text.quoting import disarm_text

_WITHOUT_MODEL = "extractive"
_REMEMBERED = 64  # answers whose explanation is at hand; a client asks about what it has just been told


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReply:
    """What a client is told: the same for people and for programs."""

    text: str
    data: dict[str, Any] = field(default_factory=dict)
    is_error: bool = False


class KeptExplanations:
    """How the newest answers came about."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[CitedPassage, ...]] = OrderedDict()

    def __repr__(self) -> str:
        return f"<KeptExplanations of {len(self._kept)} answers>"

    def keep(self, result: RunResult) -> None:
        """Keep that of an answer."""
        self._kept[result.run_id] = result.explanation or ()
        while len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)

    def describe(self, params: ExplainParams) -> ToolReply:
        """How the passages that an answer cites were found.

        Raises:
            NameUnknownError: There is no such answer.
            RequestError: The answer has no citation of that number.
        """
        if params.run_id not in self._kept:
            near = list(self._kept)[-3:]
            raise NameUnknownError("answer of this server", params.run_id, near=near, hint="ask first; take its run_id")
        passages = self._kept[params.run_id]
        if params.citation is not None:
            passages = tuple(one for one in passages if params.citation in one.citations)
            if not passages:
                raise RequestError(f"the answer has no citation {params.citation}", hint="they count from 1")
        text = "\n".join(line for passage in passages for line in _describe(passage))
        return ToolReply(text=text or "Nothing is cited.", data={"passages": to_wire(passages)})


class Answers:
    """Answers a client's questions."""

    def __init__(self, app: App, docs: Sequence[str] = ()) -> None:
        """Take an App.

        Args:
            app: Whose index answers, without documents of the server's own.
            docs: Files, folders and globs, read when they are first needed and no more after that.
        """
        self._app = app
        self._docs = tuple(docs)
        self._library: Any = None
        self._lock = asyncio.Lock()
        self._explanations = KeptExplanations()

    async def ask(self, params: AskParams) -> ToolReply:
        """A cited answer."""
        request = RunRequest(
            question=params.question,
            docs=self._docs,
            explain=True,
            provider=None if params.use_model else _WITHOUT_MODEL,
        )
        result = await self._app.run(request, library=await self._open_given())
        self._explanations.keep(result)
        return describe_result(result)

    async def search(self, params: SearchParams) -> ToolReply:
        """The best passages, with the characters they stand on."""
        library = await self._open_given()
        if library is None:  # the index as it is now
            library = await anyio.to_thread.run_sync(self._app.open_library)
        hits = await anyio.to_thread.run_sync(partial(library.search, params.query, k=params.limit))
        found = [
            {
                "document": hit.passage.document_id,
                "passage_id": hit.passage.passage_id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "page": library.find_page(hit.passage.document_id, hit.passage.start, hit.passage.end),
                "score": round(float(hit.score), 4),
                "text": hit.passage.text,
            }
            for hit in hits
        ]
        return describe_passages(found)

    async def explain(self, params: ExplainParams) -> ToolReply:
        """How the passages that an answer cites were found.

        Raises:
            NameUnknownError: This server has given no such answer.
            RequestError: The answer has no citation of that number.
        """
        return self._explanations.describe(params)

    async def call_tool(self, full_id: str, params: Mapping[str, Any]) -> JsonObject:
        """The result of a tool that is exposed, over the documents that the server was started with."""
        return await self._app.run_tool(full_id, params, docs=self._docs)

    async def _open_given(self) -> Any:
        """The documents that the server was started with; None without any."""
        async with self._lock:
            if self._library is None and self._docs:
                self._library = await anyio.to_thread.run_sync(self._app.open_library, self._docs)
            return self._library


_WAITING = "There is no answer yet: a person must decide first (moe runs approve {run_id}, or moe runs skip {run_id})."


def describe_passages(found: Sequence[JsonObject]) -> ToolReply:
    """Passages as a client is told them."""
    lines = [f"{_place(one)}:\n{disarm_text(one['text'])}" for one in found]
    return ToolReply(text="\n\n".join(lines) or "Nothing was found.", data={"passages": list(found)})


def describe_result(result: RunResult) -> ToolReply:
    """A run's result as a client is told it."""
    sources = [{"number": number, **_source(cited)} for number, cited in enumerate(result.citations, start=1)]
    lines = [f"[{one['number']}] {_place(one)}" for one in sources]
    near = [_source(cited) for cited in result.nearest]
    if near:
        lines += ["Nearest, though not surely an answer:", *(f"- {_place(one)}: {one['quote']}" for one in near)]
    error = f"{result.error.message} ({result.error.hint})" if result.error and result.error.hint else ""
    answer = result.answer or error or (result.error.message if result.error else "")
    if result.status is Status.WAITING:
        answer = "\n".join(
            [_WAITING.format(run_id=result.run_id), *(f"- {call.describe()}" for call in result.waiting)]
        )
    return ToolReply(
        text="\n".join([answer, *([""] if lines else []), *lines]),
        data={
            "answer": answer,
            "short_answer": result.short_answer,
            "confidence": result.confidence,
            "citations": sources,
            "nearest": near,
            "status": str(result.status),
            "degraded": result.degraded,
            "run_id": result.run_id,
            "notes": [str(note.get("text", "")) for note in result.observer.notes],
        },
        is_error=result.status is Status.FAILED,
    )


def _source(cited: Citation) -> JsonObject:
    return {
        "document": cited.document,
        "start": cited.start,
        "end": cited.end,
        "page": cited.page,
        "row": cited.row,
        "quote": cited.text,
    }


def _place(source: JsonObject) -> str:
    return f"{source['document']}, characters {source['start']}-{source['end']}"


def _describe(passage: CitedPassage) -> list[str]:
    marks = "".join(f"[{number}]" for number in passage.citations)
    lines = [f"{marks} {passage.passage_id}"]
    for search in passage.searches[:1]:
        lines.append(f"  searched for {disarm_text(search.query)!r}: place {search.rank} of {search.found}")
        if search.verdict is not None:
            lines.append(f"  nobody walked, as {search.verdict.reason}")
        for walk in search.walks:
            for path in walk.paths[:1]:
                steps = " > ".join(disarm_text(step.passage_id) for step in path.steps)
                lines.append(f"  {walk.persona} by {walk.traversal}: {steps}")
    return lines
