"""The body of a request, looked at before it is taken apart."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import HTTPException
from fastapi.routing import APIRoute

from moe.server.problems import ProblemError, ProblemPart

_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_OPENING = (b"[", b"{")
_JSON_TYPES = re.compile(r"application/(?:[\w.+-]+\+)?json\s*(?:;|$)", re.IGNORECASE)


class CarriedProblem(HTTPException):
    """A problem on its way through FastAPI's reading of bodies, which lets nothing else through."""

    def __init__(self, problem: ProblemError) -> None:
        super().__init__(status_code=400)
        self.problem = problem


class CheckedRequest(Request):
    """A request whose JSON is neither too deep nor holds text that is none."""

    depth_max = 64

    async def json(self) -> Any:
        """The body's value.

        Raises:
            CarriedProblem: It is no JSON, too deep, or holds NUL or half of a character.
        """
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body(), depth_max=self.depth_max)
        return self._json


class CheckedRoute(APIRoute):
    """A route whose requests are checked so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given checked requests."""
        handle = super().get_route_handler()

        async def check(request: Request) -> Response:
            checked = CheckedRequest(request.scope, request.receive)
            checked.depth_max = request.app.state.moe.settings.max_json_depth
            if self.body_field is not None:
                _check_type(request)
            return await handle(checked)

        return check


def _check_type(request: Request) -> None:
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return  # without a body there is nothing to read
    said = request.headers.get("content-type", "")
    if not _JSON_TYPES.match(said):
        raise ProblemError(
            "media_type",
            f"the body is said to be {said!r}" if said else "nothing is said of what the body is",
            hint="send JSON, with the header content-type: application/json",
        )


def parse_json(data: bytes, *, depth_max: int) -> Any:
    """The value of JSON text."""
    if measure_depth(data, enough=depth_max) > depth_max:
        raise CarriedProblem(
            ProblemError("invalid_json", f"the body is nested deeper than {depth_max}", hint="server.max_json_depth")
        )
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise CarriedProblem(ProblemError("invalid_json", f"the body is no JSON: {error}")) from error
    wrong = tuple(find_wrong_texts(value))
    if wrong:
        raise CarriedProblem(ProblemError("invalid_request", "the body holds text that is none", errors=wrong))
    return value


def measure_depth(data: bytes, *, enough: int) -> int:
    """How deep JSON is nested; what is deeper than enough is not gone into."""
    if data.count(b"[") + data.count(b"{") <= enough:
        return 0
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", data)):
        depth += 1 if bracket in _OPENING else -1
        deepest = max(deepest, depth)
        if deepest > enough:
            break
    return deepest


def find_wrong_texts(value: Any, pointer: str = "") -> list[ProblemPart]:
    """Where there is a NUL or half of a character, as JSON pointers."""
    if isinstance(value, str):
        what = _find_wrong(value)
        return [ProblemPart(pointer=pointer, detail=what)] if what else []
    if isinstance(value, dict):
        wrong = [
            ProblemPart(pointer=pointer, detail=f"a name: {what}") for key in value if (what := _find_wrong(str(key)))
        ]
        below = (find_wrong_texts(item, join_pointer(pointer, key)) for key, item in value.items())
        return wrong + [part for parts in below for part in parts]
    items = enumerate(value) if isinstance(value, list) else ()
    return [part for place, item in items for part in find_wrong_texts(item, join_pointer(pointer, place))]


def join_pointer(pointer: str, step: object) -> str:
    """A JSON pointer, one step further."""
    word = str(step).encode("utf-8", "replace").decode()
    return f"{pointer}/{word.replace('~', '~0').replace('/', '~1')}"


def _find_wrong(text: str) -> str:
    if "\0" in text:
        return "NUL is no character of a text"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair is no character"
    return ""


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
