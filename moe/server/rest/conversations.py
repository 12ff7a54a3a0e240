"""Conversations: runs that follow one another."""

import re
from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from moe.contracts.conversations import Conversation, ConversationSummary
from moe.contracts.runs import UNFINISHED, WAITING
from moe.server.body import CheckedRoute
from moe.server.keys.access import Access
from moe.server.rest.answers import answer_json, describe_answers, make_schema
from moe.server.rest.runs import Limit
from moe.server.run_desk import own_conversation
from moe.server.state import Reader, ServerState, State, Writer
from moe_core.contracts.errors import NameUnknownError, RequestError

router = APIRouter(route_class=CheckedRoute, tags=["conversations"])

ConversationId = Annotated[str, Path(min_length=1, max_length=300, description="A conversation's whole id")]
_LIST = {
    "type": "object",
    "required": ["conversations", "next"],
    "properties": {
        "conversations": {"type": "array", "items": make_schema(ConversationSummary)},
        "next": {"type": ["string", "null"], "description": "The cursor of the next page"},
    },
}
_CURSOR = re.compile(r"(\d{1,12}(?:\.\d{1,20})?)@(.{1,300})", re.DOTALL)


@router.get("/conversations", responses=describe_answers(_LIST, "invalid_request"))
async def list_conversations(
    state: State,
    access: Reader,
    limit: Limit = 20,
    cursor: Annotated[str, Query(max_length=400, description="`next` of the page before")] = "",
) -> Response:
    """List the conversations, the one that went on last first."""
    prefix = "" if access.sees_all else f"{access.owner}/"
    place = _CURSOR.fullmatch(cursor)
    last, before = (float(place[1]), place[2]) if place else (0.0, "")
    conversations = state.app.conversations
    found = await to_thread(conversations.list, limit + 1, prefix=prefix, before=before, last=last)
    end = found[limit - 1] if len(found) > limit else None
    following = None if end is None else f"{end.last!r}@{end.conversation_id}"
    return answer_json({"conversations": found[:limit], "next": following})


@router.get(
    "/conversations/{conversation:path}",
    responses=describe_answers(Conversation, "name_unknown", "invalid_request"),
)
async def get_conversation(state: State, access: Reader, conversation: ConversationId) -> Response:
    """Show a conversation with its turns, the oldest first."""
    return answer_json(await to_thread(_read, state, conversation, access))


@router.delete(
    "/conversations/{conversation:path}",
    status_code=204,
    responses=describe_answers(None, "name_unknown", "request", "invalid_request", status=204),
)
async def delete_conversation(state: State, access: Writer, conversation: ConversationId) -> Response:
    """Delete a conversation with all its runs."""
    found = await to_thread(_read, state, conversation, access)
    going = [turn for turn in found.turns if turn.status in UNFINISHED]
    if going:
        does = "waits for a person" if going[0].status == WAITING else "goes on"
        raise RequestError(f"run {going[0].run_id} of it {does}", hint="cancel it first")
    for turn in found.turns:
        await state.desk.delete(turn.run_id, access)
    return Response(status_code=204)


def _read(state: ServerState, name: str, access: Access) -> Conversation:
    """One that may be seen.

    Raises:
        NameUnknownError: There is none.
    """
    found = state.app.conversations.read(own_conversation(name, access))
    if not found.turns:
        raise NameUnknownError("conversation", name, hint="GET /api/v1/conversations lists those that there are")
    return found
