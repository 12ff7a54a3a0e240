"""Logins in a browser at the issuer of users' tokens."""

from asyncio import to_thread
from html import escape
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from moe.server.audit_desk import PROBLEM
from moe.server.gate import LOGIN_PATH
from moe.server.handlers import log_reason
from moe.server.keys.access import Access
from moe.server.keys.callers import BrowserAdmission
from moe.server.problems import ProblemError
from moe.server.rest.answers import describe_answers
from moe.server.rest.cookies import LOGIN_COOKIE, find_own_address, set_login, set_session
from moe.server.state import ServerState, State
from moe.web.visit import wants_page
from moe_core.contracts.errors import RequestError

router = APIRouter(tags=["session"])

_SEE_OTHER = 303
_PRIVATE = {"cache-control": "no-store"}
_LEADS = {"Location": {"description": "Where to go on", "schema": {"type": "string"}}}
_ANSWERS = describe_answers(None, "request", "invalid_request", status=_SEE_OTHER, headers=_LEADS)
_Text = Annotated[str, Query(max_length=4096)]
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>moe: the login failed</title>
<body><h1>The login failed</h1><p>{told}</p><p>{hint}</p><p><a href="{again}">Log in again</a></p></body></html>"""


@router.get("/login", status_code=_SEE_OTHER, responses=_ANSWERS)
async def begin_login(state: State, request: Request) -> Response:
    """Send a browser to log in where users are known."""
    login = _find_login(state)
    way, cookie = await login.begin(_find_back(request, state))
    answer = RedirectResponse(way, _SEE_OTHER, _PRIVATE)
    set_login(answer, request, state, cookie)
    return answer


@router.get("/login/callback", status_code=_SEE_OTHER, responses=_ANSWERS)
async def finish_login(
    state: State,
    request: Request,
    code: _Text = "",
    state_sent: Annotated[str, Query(alias="state")] = "",
    error: _Text = "",
) -> Response:
    """Take a browser back that has logged in, and begin its session."""
    login = _find_login(state)
    try:
        begun, back = request.cookies.get(LOGIN_COOKIE, ""), _find_back(request, state)
        user = await login.finish(begun, code=code, state=state_sent, fault=error, back=back)
    except ProblemError as problem:
        if not wants_page(request.headers.get("accept", "")):
            raise
        return _tell_failure(problem, request, state)
    request.scope["moe.access"] = Access(key=user)  # for the log
    seconds = state.settings.oidc.session_hours * 3600
    session, cookie = await to_thread(state.gate.sessions.begin, user, seconds)
    answer = RedirectResponse(f"{state.settings.root_path}/", _SEE_OTHER, _PRIVATE)
    set_session(answer, request, state, cookie, session)
    set_login(answer, request, state, "")
    return answer


def _tell_failure(problem: ProblemError, request: Request, state: ServerState) -> Response:
    """For a person in a browser, in place of a problem document."""
    correlation_id = request.scope.get("moe.correlation_id", "")
    log_reason(problem, correlation_id)
    request.scope[PROBLEM] = problem.code
    again = escape(state.settings.root_path + LOGIN_PATH)
    hint = escape(f"The log of the server tells why, at {correlation_id}.")
    page = _PAGE.format(told=escape(problem.detail), hint=hint, again=again)
    answer = HTMLResponse(page, problem.describe().status, _PRIVATE)
    set_login(answer, request, state, "")
    return answer


def _find_back(request: Request, state: ServerState) -> str:
    return f"{find_own_address(request, state)}{LOGIN_PATH}/callback"


def _find_login(state: ServerState) -> BrowserAdmission:
    """What logs users in.

    Raises:
        RequestError: Nobody does here.
    """
    login = state.gate.sign_on.login if state.gate.sign_on is not None else None
    if login is None:
        raise RequestError("nobody logs in here", hint="set server.oidc.issuer and server.oidc.client_id")
    return login
