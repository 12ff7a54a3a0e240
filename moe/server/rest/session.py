"""Sessions of browsers: begun with a key, told, ended."""

from asyncio import to_thread
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.server.body import CheckedRoute
from moe.server.gate import read_secret
from moe.server.keys.access import Access
from moe.server.keys.key import SCOPES, ApiKey
from moe.server.keys.sessions import COOKIE, BrowserSession
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.rest.cookies import find_own_address, is_encrypted, set_session
from moe.server.state import State, find_access
from moe_core.contracts.errors import RequestError

router = APIRouter(route_class=CheckedRoute, tags=["session"])

Anybody = Annotated[Access, Depends(find_access)]


class SessionWish(BaseModel):
    """Who begins a session."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field("", max_length=200, description="A key, unless the header authorization names it")


class SessionNote(msgspec.Struct, frozen=True, kw_only=True):
    """Who one is.

    Attributes:
        name: The key's; "" where no keys are demanded.
        scopes: What it may.
        expires: When the session ends, or else the key, as Unix time in seconds; null for never.
        csrf_token: What requests by cookie send as X-CSRF-Token; "" for a request by key.
        way_out: Where a browser goes next to log out where the user is known too; "" for nowhere.
    """

    name: str
    scopes: tuple[str, ...]
    expires: float | None
    csrf_token: str
    way_out: str = ""


@router.post(
    "/session",
    status_code=201,
    responses=describe_answers(SessionNote, "invalid_json", "invalid_request", "media_type", status=201),
)
async def begin_session(state: State, request: Request, wanted: SessionWish | None = None) -> Response:
    """Begin a session: a cookie that stands for a key, and the token that goes with it."""
    secret = read_secret(request.headers) or (wanted.key if wanted else "")
    key = await state.gate.admit_key(secret)
    request.scope["moe.access"] = Access(key=key)  # for the log
    session, cookie = await to_thread(state.gate.sessions.begin, key)
    answer = answer_json(_describe(key, session), status=201, headers={"cache-control": "no-store"})
    set_session(answer, request, state, cookie, session)
    return answer


@router.get("/session", responses=describe_answers(SessionNote))
async def tell_session(state: State, request: Request, access: Anybody) -> Response:
    """Tell who one is, by key, token or cookie."""
    note = _describe(access.key, access.session)
    sign_on = state.gate.sign_on
    if access.session is not None and access.key is not None and access.key.user and sign_on and sign_on.login:
        way_out = await sign_on.login.find_way_out(f"{find_own_address(request, state)}/")
        note = msgspec.structs.replace(note, way_out=way_out)
    return answer_json(note, headers={"cache-control": "no-store"})


@router.delete("/session", status_code=204, responses=describe_answers(None, "request", status=204))
async def end_session(state: State, request: Request, access: Anybody) -> Response:
    """End the session by whose cookie one asks."""
    if access.session is None:
        raise RequestError(
            "this request comes by no session", hint=f"send the cookie {COOKIE} and no key; keys are revoked instead"
        )
    await to_thread(state.gate.sessions.end, access.session.session_id)
    answer = Response(status_code=204)
    path, is_secure = state.settings.root_path or "/", is_encrypted(request)
    answer.delete_cookie(COOKIE, path=path, secure=is_secure, httponly=True, samesite="strict")
    return answer


def _describe(key: ApiKey | None, session: BrowserSession | None) -> SessionNote:
    expires = session.expires if session else key.expires if key else None
    token = session.csrf_token if session else ""
    return SessionNote(
        name=key.name if key else "", scopes=key.scopes if key else SCOPES, expires=expires, csrf_token=token
    )
