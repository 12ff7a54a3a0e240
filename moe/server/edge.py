"""What every request passes first: names of the server, length of the body, ids, headers."""

import asyncio
import logging
import re
import time
import uuid

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moe.server.audit_desk import PROBLEM
from moe.server.body import CarriedProblem
from moe.server.handlers import answer_problem
from moe.server.problems import ProblemError
from moe.server.state import ServerState
from moe.web.site import Site
from moe.web.visit import visit
from moe_core.contracts.errors import MoeError
from moe_core.contracts.log_context import log_about
from moe_core.contracts.trace_context import read_traceparent

_LOG = logging.getLogger("moe.server")
_LIVE = "/health/live"
_API = "/api/v1"
_UPLOADS = f"{_API}/collections"
_LIVE_BODY = b'{"status":"ok"}'
_LIVE_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_LIVE_BODY))]
_ID = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_STREAMED = "/events"
# Streams that begin at once: each takes about half a millisecond before its answer begins, and whoever asks for
# something else meanwhile waits for those that are at it, however many more have come.
_BEGINNING_MAX = 4
_DRAINED_MAX = 8  # times the longest body
_DRAIN_SECONDS = 2.0
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class ServerEdge:
    """Wraps the API.

    Args:
        inner: The API.
        state: The server's.
        site: The page, which anybody may have: there is nothing of the project in it.
    """

    def __init__(self, inner: ASGIApp, state: ServerState, site: Site) -> None:
        self._inner = inner
        self._site = site
        self._state = state
        self._body_max = state.settings.max_body_bytes
        self._upload_max = state.settings.max_upload_bytes
        self._root = state.settings.root_path
        self._beginning = asyncio.Semaphore(_BEGINNING_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        path = cut_root(scope["path"], self._root)
        scope["root_path"], scope["path"] = self._root, self._root + path
        headers = Headers(scope=scope)
        given = headers.get("x-correlation-id", "")
        correlation_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope["moe.correlation_id"] = correlation_id
        own = [*_SECURITY, (b"x-correlation-id", correlation_id.encode())]
        span = read_traceparent(headers.get("traceparent"))
        own += [] if span is None else [(b"traceparent", str(span).encode())]
        client = scope.get("client") or ("", 0)
        began, status, is_held = time.perf_counter(), 0, False

        async def answer(message: Message) -> None:
            nonlocal status, is_held
            if message["type"] == "http.response.start":
                if is_held:
                    is_held = False
                    self._beginning.release()
                status = message["status"]
                if page is None and self._state.audit.wants(scope["method"], path, status):
                    await self._state.audit.note(scope, path, status, route=_find_route(scope, path))
                known = {name for name, _ in message.get("headers", ())}
                message["headers"] = [*message.get("headers", ()), *(one for one in own if one[0] not in known)]
            await send(message)

        page = visit(
            self._site,
            self._root,
            method=scope["method"],
            path=path,
            query=scope.get("query_string", b"").decode("latin-1"),
            headers=headers,
        )
        try:
            scope["moe.access"], told = await self._state.gate.admit(
                method=scope["method"], path=path, headers=headers, address=client[0], is_page=page is not None
            )
            if page is not None:
                await page(scope, receive, answer)
                self._tell(scope, path, status, time.perf_counter() - began)
                return
            if path == _LIVE and scope["method"] == "GET":  # asked all the time: not through the whole API
                await answer({"type": "http.response.start", "status": 200, "headers": _LIVE_HEADERS})
                await answer({"type": "http.response.body", "body": _LIVE_BODY})
                return
            own += [(name.encode(), value.encode()) for name, value in told.items()]
            is_upload = path == _UPLOADS and scope["method"] == "POST"
            limited = _limit_body(headers, receive, self._upload_max if is_upload else self._body_max, is_upload)
        except (ProblemError, CarriedProblem, MoeError) as error:
            await _drain(receive, _DRAINED_MAX * self._body_max)
            problem = _read_problem(error)
            scope[PROBLEM] = problem.code
            response = answer_problem(problem, correlation_id=correlation_id, base=self._root, path=path)
            await response(scope, receive, answer)
            self._tell(scope, path, status, time.perf_counter() - began)
            return
        if path.endswith(_STREAMED):
            await self._beginning.acquire()
            is_held = True
        try:
            if is_held:
                await asyncio.sleep(0)  # what else has come meanwhile is heard first
            with log_about(correlation_id=correlation_id, key=scope["moe.access"].name):
                await self._inner(scope, limited, answer)
        finally:
            if is_held:
                self._beginning.release()
            self._tell(scope, path, status, time.perf_counter() - began)

    def _tell(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        """Count and log a request that is over."""
        self._state.figures.count_request(scope["method"], _find_route(scope, path), status, seconds)
        if not _LOG.isEnabledFor(logging.INFO):
            return
        access = scope.get("moe.access")
        fields = {
            "event": "request",
            "correlation_id": scope["moe.correlation_id"],
            "run_id": scope.get("path_params", {}).get("run_id", ""),
            "key": access.name if access is not None else "",
            "method": scope["method"],
            "path": path,
            "status": status,
            "seconds": round(seconds, 6),
        }
        _LOG.info("request", extra={"fields": fields})


def _find_route(scope: Scope, path: str) -> str | None:
    """A request's path as the API describes it; None for one that it does not know."""
    route: str | None = getattr(scope.get("route"), "path", None)
    if route is not None and path.startswith(_API) and not route.startswith(_API):
        return _API + route  # some versions of FastAPI tell a route's path without its router's prefix
    return route


def cut_root(path: str, root: str) -> str:
    """A path without the one below which a proxy offers the server; proxies may have cut it off before."""
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def _read_problem(error: ProblemError | CarriedProblem | MoeError) -> ProblemError:
    if isinstance(error, CarriedProblem):
        return error.problem
    return error if isinstance(error, ProblemError) else ProblemError.of(error)


def _limit_body(headers: Headers, receive: Receive, most: int, is_upload: bool) -> Receive:
    """The body's parts, until they are too many bytes."""
    said = headers.get("content-length", "0")
    if said.isdecimal() and int(said) > most:
        raise _too_large(most, is_upload)
    size = 0

    async def take() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            await _drain(receive, _DRAINED_MAX * most)
            raise _too_large(most, is_upload)
        return message

    return take


async def _drain(receive: Receive, most: int) -> None:
    """Read what is left of a body, within limits: whoever still sends would not see the answer."""
    size = 0
    with anyio.move_on_after(_DRAIN_SECONDS):
        while size < most:
            message = await receive()
            size += len(message.get("body", b""))
            if not message.get("more_body"):
                return


def _too_large(most: int, is_upload: bool) -> CarriedProblem:
    hint = "server.max_upload_bytes" if is_upload else "server.max_body_bytes"
    detail = f"the body has more than {most:,} bytes"
    headers = {"connection": "close"}  # nobody reads the rest
    return CarriedProblem(ProblemError("body_too_large", detail, hint=hint, headers=headers))
