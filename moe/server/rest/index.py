"""The project's index: how it is, and the documents in it as text."""

from asyncio import to_thread
from collections import Counter
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from moe.contracts.index import SourceState, SourceStatus
from moe.server.body import CheckedRoute
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.rest.collections import DocumentName, DocumentText, EndCharacter, FirstCharacter, cut_document
from moe.server.state import Reader, ServerState, State
from moe_core.contracts.evidence import Document

router = APIRouter(route_class=CheckedRoute, prefix="/index", tags=["index"])


class IndexNote(msgspec.Struct, frozen=True, kw_only=True):
    """What the index holds, and how its sources are today.

    Attributes:
        exists: Anything was ever indexed.
        is_outdated: It was made by another version of moe; documents and passages are not counted then.
        damage: What is wrong with it, as far as opening it tells; "" for nothing.
        documents: In all.
        passages: In all.
        size_bytes: On the disk.
        states: By state, how many sources there are.
        sources: A page of them: first those that have changed or are gone.
        total: Sources in all.
    """

    exists: bool
    is_outdated: bool
    damage: str
    documents: int
    passages: int
    size_bytes: int
    states: dict[str, int]
    sources: tuple[SourceStatus, ...]
    total: int


@router.get("", responses=describe_answers(IndexNote, "invalid_request"))
async def get_index(
    state: State,
    _: Reader,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most sources")] = 100,
    offset: Annotated[int, Query(ge=0, lt=10**9, description="So many are passed over")] = 0,
    text: Annotated[str, Query(max_length=200, description="Only those with it in their name")] = "",
) -> Response:
    """Tell what the project's index holds, and which of its files have changed since."""
    return answer_json(await to_thread(_read, state, limit, offset, text))


@router.get("/documents/{document:path}", responses=describe_answers(DocumentText, "name_unknown", "invalid_request"))
async def read_indexed(
    state: State,
    _: Reader,
    document: DocumentName,
    start: FirstCharacter = 0,
    end: EndCharacter = None,
) -> Response:
    """Read a document of the index as it was indexed, or its characters from `start` to `end`."""
    found: Document = await to_thread(state.app.index.read_document, document)
    return answer_json(cut_document("", found, start, end))


def _read(state: ServerState, limit: int, offset: int, text: str) -> IndexNote:
    found = state.app.index.read_status()
    wanted = [one for one in found.sources if text.casefold() in one.name.casefold()]
    ordered = sorted(wanted, key=lambda one: one.state is SourceState.UNCHANGED)
    return IndexNote(
        exists=found.exists,
        is_outdated=found.is_outdated,
        damage=found.damage,
        documents=found.documents,
        passages=found.passages,
        size_bytes=found.size_bytes,
        states=dict(Counter(str(one.state) for one in found.sources)),
        sources=tuple(ordered[offset : offset + limit]),
        total=len(ordered),
    )
