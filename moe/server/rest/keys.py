"""Keys of programs that use the server: made, listed, revoked."""

import time
from asyncio import to_thread
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from moe.server.body import CheckedRoute
from moe.server.keys.budget_text import read_budget
from moe.server.keys.key import ApiKey
from moe.server.keys.rate_text import read_rate
from moe.server.rest.answers import answer_json, describe_answers, make_schema
from moe.server.state import Chief, ServerState, State
from moe_core.contracts.errors import RequestError
from moe_core.text.lines import join_line

router = APIRouter(route_class=CheckedRoute, tags=["keys"])

_DAY = 86_400.0
_PRIVATE = {"cache-control": "no-store"}


class KeyNote(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a key.

    Attributes:
        id: The part of it by which it is found.
        name: Whose it is.
        scopes: What it may.
        rate: Requests that it may make, as "60/minute"; "" for any number.
        concurrency: Runs that it may have at once; 0 for any number.
        budget: What it may have models read and write; "" for any number.
        created: Unix time in seconds.
        expires: The same; null for never.
        is_over: Its time is up.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    rate: str
    concurrency: int
    budget: str
    created: float
    expires: float | None
    is_over: bool


class NewKeyNote(KeyNote, frozen=True, kw_only=True):
    """The same of a key that was just made, with the key itself, which is never told again."""

    key: str


class KeyWish(BaseModel):
    """A key that is to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "chat", "scopes": ["runs:read", "runs:write"]}}
    )

    name: str = Field(min_length=1, max_length=100, description="Whose it is")
    scopes: list[Literal["runs:read", "runs:write", "tools:run", "admin"]] = Field(
        ["runs:read", "runs:write"], min_length=1, max_length=4, description="What it may"
    )
    rate: str = Field("", max_length=40, description="Requests that it may make, as 60/min")
    concurrency: int = Field(0, ge=0, le=100_000, description="Runs at once; 0 for any number")
    budget: str = Field("", max_length=60, description="Tokens of models that it may spend, as tokens=1M/day")
    days: float | None = Field(None, gt=0, le=36_500, description="How long it counts")

    @field_validator("name")
    @classmethod
    def _join_name(cls, name: str) -> str:
        if not join_line(name):
            raise ValueError("a name has a letter or more")
        return join_line(name)


_LIST = {
    "type": "object",
    "required": ["keys"],
    "properties": {"keys": {"type": "array", "items": make_schema(KeyNote)}},
}
_MAKING = ("request", "invalid_json", "invalid_request", "media_type")


@router.get("/keys", responses=describe_answers(_LIST))
async def list_keys(state: State, _: Chief) -> Response:
    """List the keys: whose they are, what they may, how long; not the keys themselves."""
    keys = await to_thread(state.gate.keys.list_keys)
    return answer_json({"keys": [_describe(key) for key in keys]})


@router.post("/keys", status_code=201, responses=describe_answers(NewKeyNote, *_MAKING, status=201))
async def create_key(state: State, _: Chief, wish: KeyWish) -> Response:
    """Make a key: it is told this once. From the first one on, nobody is let in without."""
    key, secret = await to_thread(_create, state, wish)
    note = NewKeyNote(**msgspec.structs.asdict(_describe(key)), key=secret)
    return answer_json(note, status=201, headers=_PRIVATE)


@router.delete(
    "/keys/{name}",
    status_code=204,
    responses=describe_answers(None, "name_unknown", "request", "invalid_request", status=204),
)
async def revoke_key(
    state: State, _: Chief, name: Annotated[str, Path(min_length=1, max_length=100, description="Its name or id")]
) -> Response:
    """Have a key count no more, at once; not the last one, without which nobody would be let in."""
    await to_thread(_revoke, state, name)
    return Response(status_code=204)


def _create(state: ServerState, wish: KeyWish) -> tuple[ApiKey, str]:
    return state.gate.keys.create(
        wish.name,
        scopes=tuple(dict.fromkeys(wish.scopes)),
        rate=read_rate(wish.rate) if wish.rate else "",
        concurrency=wish.concurrency,
        budget=str(read_budget(wish.budget)) if wish.budget else "",
        expires=None if wish.days is None else time.time() + wish.days * _DAY,
    )


def _revoke(state: ServerState, name: str) -> None:
    keys = state.gate.keys.list_keys()
    if [key for key in keys if name in (key.name, key.key_id)] == keys and keys and state.gate.sign_on is None:
        raise RequestError(
            "it is the last key, and without any nobody would be let in",
            hint=f"make another one first; on the machine, moe keys revoke {name}",
        )
    state.gate.keys.revoke(name)


def _describe(key: ApiKey) -> KeyNote:
    return KeyNote(
        id=key.key_id,
        name=key.name,
        scopes=key.scopes,
        rate=key.rate,
        concurrency=key.concurrency,
        budget=key.budget,
        created=key.created,
        expires=key.expires,
        is_over=key.is_over(time.time()),
    )
