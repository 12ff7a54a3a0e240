"""What somebody who asks for a path gets of the page, if anything."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from moe.web.site import Site
from moe.web.site_file import SiteFile

# Below these there is nothing for people to read; what is unknown there is told as a problem document.
_FOR_PROGRAMS = ("api", "v1", "health", "problems", "openapi.json", "version", "mcp", "_next")
_BY_ID = {"runs": "/runs/view/?id=", "graph": "/graph/?run="}


def visit(
    site: Site, root_path: str, *, method: str, path: str, query: str, headers: Mapping[str, str]
) -> Response | None:
    """The answer to a request that the page is meant by; None for one to the API.

    Args:
        site: The page's files.
        root_path: Below which the server is offered.
        method: The request's.
        path: Its path, without the server's own.
        query: What follows its question mark.
        headers: The request's, by names in small letters.
    """
    if method not in ("GET", "HEAD"):
        return None
    file = site.files.get(path)
    if file is not None:
        status = HTTPStatus.NOT_FOUND if site.is_absent else HTTPStatus.OK
        return _answer(file, method, headers, status)
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    if first in _FOR_PROGRAMS or not wants_page(headers.get("accept", "")):
        return None
    if site.is_absent:
        return None if first in ("personas", "graph", "metrics") else _answer(site.not_found, method, headers, 404)
    target = _find_target(site, path, query)
    if target is not None:
        leads = {"location": root_path + target, "vary": "Accept", "cache-control": "no-cache"}
        return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers=leads)
    return _answer(site.not_found, method, headers, HTTPStatus.NOT_FOUND)


def wants_page(accept: str) -> bool:
    """Whether somebody would rather read a page than JSON, as browsers say that go to an address."""
    rank: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (word.strip() for word in part.split(";"))
        rank[kind] = next((_read_rank(word) for word in parameters if word.startswith("q=")), 1.0)
    return rank.get("text/html", 0.0) > 0 and rank["text/html"] >= rank.get("application/json", 0.0)


def _read_rank(word: str) -> float:
    try:
        return float(word.removeprefix("q="))
    except ValueError:
        return 0.0


def _find_target(site: Site, path: str, query: str) -> str | None:
    """The page that an address without its last slash, or one of a run, means."""
    said = f"?{query}" if query else ""
    if f"{path}/" in site.files:
        return f"{path}/{said}"
    first, _, rest = path[1:].partition("/")
    name = rest.removesuffix("/")
    if first in _BY_ID and name and "/" not in name:
        more = f"&{query}" if query else ""
        return f"{_BY_ID[first]}{quote(name, safe='')}{more}"
    return None


def _answer(file: SiteFile, method: str, headers: Mapping[str, str], status: int) -> Response:
    told = dict(file.headers)
    if status == HTTPStatus.OK and file.tag in (tag.strip() for tag in headers.get("if-none-match", "").split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=told)
    body = file.content
    if file.packed is not None and _takes_gzip(headers.get("accept-encoding", "")):
        told["content-encoding"], body = "gzip", file.packed
    told["content-length"] = str(len(body))
    return Response(b"" if method == "HEAD" else body, status_code=status, headers=told)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        if coding == "gzip":
            return all(_read_rank(word) > 0 for word in parameters if word.startswith("q="))
    return False
