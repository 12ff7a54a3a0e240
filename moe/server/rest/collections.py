"""Collections: filled with files, looked at, read, deleted."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from moe.server.body import CheckedRoute
from moe.server.collections.desk import CollectionState
from moe.server.collections.upload import list_docs, list_files, read_form
from moe.server.keys.access import Access
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json, describe_answers, make_schema
from moe.server.state import Reader, ServerState, State, Writer
from moe.server.streams.change_stream import follow_change
from moe.server.streams.event_stream import EVENT_STREAM, STREAM_HEADERS
from moe_core.contracts.evidence import Document

router = APIRouter(route_class=CheckedRoute, tags=["collections"])

Collection = Annotated[str, Path(min_length=1, max_length=64, description="A collection's name")]
DocumentName = Annotated[
    str, Path(min_length=1, max_length=1000, description="A document's name, as citations have it")
]
FirstCharacter = Annotated[int, Query(ge=0, lt=2**53, description="The first character")]
EndCharacter = Annotated[int | None, Query(ge=0, lt=2**53, description="The character after the last")]
Wait = Annotated[float, Query(ge=0, le=86_400, description="Seconds to wait until it is indexed")]
_STATE = make_schema(CollectionState)
_LIST = {
    "type": "object",
    "required": ["collections"],
    "properties": {"collections": {"type": "array", "items": _STATE}},
}
_FORM = {
    "type": "object",
    "required": ["name"],
    "anyOf": [{"required": ["files"]}, {"required": ["docs"]}],
    "properties": {
        "name": {"type": "string", "description": "The collection's; one that is not there is made"},
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1},
        "docs": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "Files and folders of the server's, below its roots",
        },
    },
}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
_LOCATION = {"Location": {"description": "Where the collection is", "schema": {"type": "string"}}}
_FOLLOWED = describe_answers(None, "name_unknown", "invalid_request")
_FOLLOWED[200]["content"] = {
    EVENT_STREAM: {"itemSchema": {"type": "object", "required": ["event", "data"]}},
}
_CHANGING = ("name_unknown", "request", "invalid_request", "busy", "stopping", "document")


class DocumentText(msgspec.Struct, frozen=True, kw_only=True):
    """A document, or the characters [start, end) of it; `length` of them in all, `collection` "" in the index."""

    collection: str
    document: str
    title: str
    media_type: str
    length: int
    start: int
    end: int
    text: str


def _changed(*codes: str) -> dict[int | str, dict[str, Any]]:
    waiting = describe_answers(_STATE, *codes, status=202, headers=_LOCATION)
    return {**describe_answers(_STATE, *codes), **waiting}


@router.get("/collections", responses=describe_answers(_LIST))
async def list_collections(state: State, access: Reader) -> Response:
    """List the collections that the key may ask: its own, and those of the project."""
    return answer_json({"collections": await state.collections.list_all(access)})


@router.post(
    "/collections",
    status_code=202,
    responses=_changed(*_CHANGING, "media_type", "invalid_form", "docs_outside"),
    openapi_extra=_BODY,
)
async def add_files(state: State, access: Writer, request: Request, wait: Wait = 0.0) -> Response:
    """Put files into a collection, and have them indexed: 202, or 200 once that is done within `wait`."""
    _refuse_when_stopping(state)
    async with read_form(request, files_max=state.settings.max_upload_files) as form:
        name = form.get("name")
        if not isinstance(name, str) or not name:
            raise ProblemError("invalid_request", "the form does not name the collection", hint="curl -F name=papers")
        task = await state.collections.add(name, list_files(form), access, docs=list_docs(form))
    return await _answer(state, access, request, name, task, wait)


@router.get("/collections/{collection}", responses=describe_answers(_STATE, "name_unknown", "invalid_request"))
async def get_collection(state: State, access: Reader, collection: Collection) -> Response:
    """Show a collection: its files, and how far it is indexed."""
    return answer_json(await state.collections.describe(collection, access))


@router.get("/collections/{collection}/events", responses=_FOLLOWED)
async def follow_collection(state: State, access: Reader, collection: Collection) -> Response:
    """Follow the newest change of a collection until it is over, as server-sent events."""
    told = await state.collections.describe(collection, access)
    frames = follow_change(
        told.last_change,
        heartbeat_seconds=state.settings.heartbeat_seconds,
        is_stopping=lambda: state.is_stopping,
    )
    return StreamingResponse(frames, media_type=EVENT_STREAM, headers=STREAM_HEADERS)


@router.delete(
    "/collections/{collection}",
    status_code=204,
    responses=describe_answers(None, "name_unknown", "request", "invalid_request", status=204),
)
async def delete_collection(state: State, access: Writer, collection: Collection) -> Response:
    """Delete a collection with its files and its index."""
    await state.collections.delete(collection, access)
    return Response(status_code=204)


@router.get(
    "/collections/{collection}/documents/{document:path}",
    responses=describe_answers(DocumentText, "name_unknown", "invalid_request"),
)
async def read_document(
    state: State,
    access: Reader,
    collection: Collection,
    document: DocumentName,
    start: FirstCharacter = 0,
    end: EndCharacter = None,
) -> Response:
    """Read a document as text, or what a citation points to: its characters from `start` to `end`."""
    found = await state.collections.read(collection, document, access)
    return answer_json(cut_document(collection, found, start, end))


@router.delete("/collections/{collection}/documents/{document:path}", status_code=202, responses=_changed(*_CHANGING))
async def remove_document(
    state: State, access: Writer, request: Request, collection: Collection, document: DocumentName, wait: Wait = 0.0
) -> Response:
    """Take a file out of a collection."""
    _refuse_when_stopping(state)
    task = await state.collections.remove(collection, document, access)
    return await _answer(state, access, request, collection, task, wait)


def cut_document(collection: str, found: Document, start: int, end: int | None) -> DocumentText:
    """The characters [start, end) of a document."""
    text = found.text[start:end]
    first = min(start, len(found.text))
    return DocumentText(
        collection=collection,
        document=found.document_id,
        title=found.title,
        media_type=found.media_type,
        length=len(found.text),
        start=first,
        end=first + len(text),
        text=text,
    )


async def _answer(
    state: ServerState, access: Access, request: Request, name: str, task: "asyncio.Task[None]", seconds: float
) -> Response:
    if seconds:
        await asyncio.wait([task], timeout=min(seconds, state.settings.wait_max_seconds))
    told = await state.collections.describe(name, access)
    change = told.last_change
    if task.done() and change is not None and change.problem is not None:
        problem = change.problem
        raise ProblemError(problem["code"] or "", problem["message"] or "", hint=problem["hint"])
    if task.done():
        return answer_json(told)
    place = f"{request.scope.get('root_path', '')}/api/v1/collections/{name}"
    return answer_json(told, status=202, headers={"location": place})


def _refuse_when_stopping(state: ServerState) -> None:
    if state.is_stopping:
        raise ProblemError("stopping", "the server stops", hint="ask again in a while", headers={"retry-after": "5"})
