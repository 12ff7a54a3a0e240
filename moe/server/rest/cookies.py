"""Cookies as this server's browsers keep them, and the address that they know it by."""

import time
from typing import Literal

from fastapi import Request, Response

from moe.server.gate import LOGIN_PATH
from moe.server.keys.sessions import COOKIE, BrowserSession
from moe.server.state import ServerState

LOGIN_COOKIE = "moe_login"
_LOGIN_SECONDS = 600  # what a user is given to log in


def set_session(answer: Response, request: Request, state: ServerState, cookie: str, session: BrowserSession) -> None:
    """Have a browser keep a session."""
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=max(0, int(session.expires - time.time())),
        path=state.settings.root_path or "/",
        secure=is_encrypted(request),
        httponly=True,
        samesite="strict",
    )


def set_login(answer: Response, request: Request, state: ServerState, cookie: str) -> None:
    """Have a browser keep a login that it begins; "" has it forget that."""
    same: Literal["lax"] = "lax"  # the way back is from another site
    answer.set_cookie(
        LOGIN_COOKIE,
        cookie,
        max_age=_LOGIN_SECONDS if cookie else 0,
        path=state.settings.root_path + LOGIN_PATH,
        secure=is_encrypted(request),
        httponly=True,
        samesite=same,
    )


def is_encrypted(request: Request) -> bool:
    """Whether the browser speaks https, to the server or to a proxy before it."""
    said = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    return request.url.scheme == "https" or said == "https"


def find_own_address(request: Request, state: ServerState) -> str:
    """The server's address as the browser knows it; its name has been looked at by the gate."""
    scheme = "https" if is_encrypted(request) else "http"
    return f"{scheme}://{request.headers.get('host', '')}{state.settings.root_path}"
