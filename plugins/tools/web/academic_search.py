"""Search scholarly works in arXiv, OpenAlex and Crossref, told in one shape."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import zip_longest
from typing import Any, Literal
from xml.etree.ElementTree import Element, ParseError

import anyio
import anyio.to_thread
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, ToolContext, ToolError, ToolResult
from moe_core.text.tokens import STOP_WORDS, iterate_tokens
from moe_kit.net.client import FetchReply, FetchRequest, check_status, fetch
from moe_kit.net.guard import NetPolicy, endpoint_of, parse_url
from moe_kit.net.settings import NetSettings

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_MAX_ABSTRACT_CHARS = 5_000
_MAX_INDEX_PLACES = 20_000
_MAX_QUERY_WORDS = 20

Work = dict[str, Any]


class AcademicSearchSettings(NetSettings):
    """Where the services are, from config/tools.yaml."""

    arxiv: str = Field("https://export.arxiv.org/api/query", description="arXiv's query interface")
    openalex: str = Field("https://api.openalex.org/works", description="OpenAlex's works")
    crossref: str = Field("https://api.crossref.org/works", description="Crossref's works")
    openalex_api_key: str = Field("", description="Where an OpenAlex key is, as env:NAME or vault:PATH#KEY")
    openalex_api_key_env: str = Field("", description="Environment variable that holds it")


class AcademicSearchParams(BaseModel):
    """What to search for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    query: str = Field(min_length=1, max_length=500, description="Words to search titles, abstracts and authors for")
    source: Literal["arxiv", "openalex", "crossref", "all"] = Field("all", description="Service to ask")
    limit: int = Field(10, ge=1, le=50, description="Works to return at most")
    year_from: int | None = Field(None, ge=1500, le=2200, description="Only works from this year on")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """How one service is asked, and its answer read."""

    url: str
    query: Mapping[str, Any]
    read: Callable[[FetchReply], list[Work]]


class AcademicSearch(BaseTool):
    """Search scholarly works in arXiv, OpenAlex and Crossref."""

    name = "academic_search"
    description = "Search scholarly works in arXiv, OpenAlex and Crossref"
    category = "web"
    capabilities = ("academic_search", "literature", "papers", "search", "research")
    effects = ("net", "secrets")
    repeats = "safe"

    async def execute(self, wanted: AcademicSearchParams, context: ToolContext) -> ToolResult:
        """Ask one service or all at once; a service that fails is named beside the others' results."""
        settings = AcademicSearchSettings.read(self.name, context.settings)
        key = ""
        if settings.openalex_api_key or settings.openalex_api_key_env:
            key = await anyio.to_thread.run_sync(context.secrets.get, "openalex_api_key")
        services = _plan_services(wanted, settings, key)
        found: dict[str, list[Work]] = {}
        failures: dict[str, ToolError] = {}

        async def ask(name: str, service: _Service) -> None:
            try:
                found[name] = service.read(await self._fetch(service, settings, context.deadline))
            except ToolError as error:
                failures[name] = error

        async with anyio.create_task_group() as tasks:
            for name, service in services.items():
                tasks.start_soon(ask, name, service)
        if not found:
            raise _join_failures(failures)
        merged = _merge([found[name] for name in services if name in found])
        works = [work for work in merged if not _is_too_old(work, wanted.year_from)]
        data = {
            "query": wanted.query,
            "results": works[: wanted.limit],
            "failed": [
                {"source": name, "error": failures[name].message, "retryable": failures[name].retryable}
                for name in services
                if name in failures
            ],
        }
        return ToolResult(data=data)

    async def _fetch(self, service: _Service, settings: AcademicSearchSettings, deadline: float | None) -> FetchReply:
        reply = await fetch(
            FetchRequest(url=service.url, query=service.query, headers={"User-Agent": settings.user_agent()}),
            # Whoever configured another address meant it, be it on this machine.
            policy=NetPolicy(allow_private=(*settings.allow_private, endpoint_of(parse_url(service.url)))),
            timeout_seconds=settings.timeout_seconds,
            max_bytes=settings.max_bytes,
            deadline=deadline,
        )
        return check_status(reply)


def _plan_services(wanted: AcademicSearchParams, settings: AcademicSearchSettings, key: str) -> dict[str, _Service]:
    makers = {"arxiv": _ask_arxiv, "openalex": partial(_ask_openalex, key=key), "crossref": _ask_crossref}
    names = list(makers) if wanted.source == "all" else [wanted.source]
    return {name: makers[name](wanted, settings) for name in names}


def _ask_arxiv(wanted: AcademicSearchParams, settings: AcademicSearchSettings) -> _Service:
    # arXiv's own syntax is in the way of plain questions: its words are all that is sent.
    words = [token.text for token in iterate_tokens(wanted.query)]
    telling = [word for word in words if word.lower() not in STOP_WORDS] or words
    search = " AND ".join(f"all:{word}" for word in telling[:_MAX_QUERY_WORDS])
    if not search:
        raise ToolError("the query holds no word to search for")
    if wanted.year_from is not None:
        search = f"{search} AND submittedDate:[{wanted.year_from}01010000 TO 220012312359]"
    query = {"search_query": search, "start": 0, "max_results": wanted.limit, "sortBy": "relevance"}
    return _Service(url=settings.arxiv, query=query, read=_read_arxiv)


def _ask_openalex(wanted: AcademicSearchParams, settings: AcademicSearchSettings, *, key: str) -> _Service:
    query: dict[str, Any] = {"search": wanted.query, "per-page": wanted.limit}
    if wanted.year_from is not None:
        query["filter"] = f"from_publication_date:{wanted.year_from:04}-01-01"
    if settings.contact:
        query["mailto"] = settings.contact
    if key:
        query["api_key"] = key
    return _Service(url=settings.openalex, query=query, read=_read_openalex)


def _ask_crossref(wanted: AcademicSearchParams, settings: AcademicSearchSettings) -> _Service:
    query: dict[str, Any] = {"query": wanted.query, "rows": wanted.limit}
    if wanted.year_from is not None:
        query["filter"] = f"from-pub-date:{wanted.year_from:04}-01-01"
    if settings.contact:
        query["mailto"] = settings.contact
    return _Service(url=settings.crossref, query=query, read=_read_crossref)


def _read_arxiv(reply: FetchReply) -> list[Work]:
    """An Atom feed; arXiv tells errors as an entry of that title, and throttling as plain text."""
    try:
        feed = fromstring(reply.body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        is_throttled = reply.body[:200].lower().startswith(b"rate exceeded")
        message = "asks for fewer requests" if is_throttled else "did not answer with an Atom feed"
        raise ToolError(f"{reply.host} {message}", retryable=is_throttled) from error
    if feed.tag != f"{_ATOM}feed":
        raise ToolError(f"{reply.host} did not answer with an Atom feed")
    works = []
    for entry in feed.iter(f"{_ATOM}entry"):
        if "/api/errors" in _text_of(entry, f"{_ATOM}id"):
            raise ToolError(f"{reply.host} refuses the query: {_text_of(entry, f'{_ATOM}summary')[:200]}")
        works.append(_read_arxiv_entry(entry))
    return works


def _read_arxiv_entry(entry: Element) -> Work:
    authors = [_text_of(author, f"{_ATOM}name") for author in entry.iter(f"{_ATOM}author")]
    return _make_work(
        source="arxiv",
        title=_text_of(entry, f"{_ATOM}title"),
        authors=authors,
        year=_text_of(entry, f"{_ATOM}published")[:4],
        doi=_text_of(entry, f"{_ARXIV}doi"),
        url=_text_of(entry, f"{_ATOM}id"),
        abstract=_text_of(entry, f"{_ATOM}summary"),
    )


def _read_openalex(reply: FetchReply) -> list[Work]:
    works = []
    for item in _list_in(reply, "results"):
        location = _dict(item.get("primary_location"))
        authors = [_dict(_dict(entry).get("author")).get("display_name") for entry in _list(item.get("authorships"))]
        works.append(
            _make_work(
                source="openalex",
                title=item.get("display_name") or item.get("title"),
                authors=authors,
                year=item.get("publication_year"),
                doi=item.get("doi"),
                url=location.get("landing_page_url") or item.get("doi") or item.get("id"),
                abstract=rebuild_abstract(item.get("abstract_inverted_index")),
            )
        )
    return works


def rebuild_abstract(index: Any) -> str:
    """OpenAlex gives an abstract as word -> places; put the words back in order."""
    places: list[tuple[int, str]] = []
    for word, numbers in _dict(index).items():
        places += [(number, str(word)) for number in _list(numbers) if isinstance(number, int)]
        if len(places) > _MAX_INDEX_PLACES:
            break
    return " ".join(word for _, word in sorted(places))


def _read_crossref(reply: FetchReply) -> list[Work]:
    data = reply.json()
    message = _dict(_dict(data).get("message"))
    if not isinstance(message.get("items"), list):
        raise ToolError(f"{reply.host} did not answer as Crossref does")
    works = []
    for item in filter(None, map(_dict, message["items"])):
        doi = item.get("DOI")
        works.append(
            _make_work(
                source="crossref",
                title=" ".join(map(str, _list(item.get("title")))),
                authors=[_name_author(_dict(author)) for author in _list(item.get("author"))],
                year=_first_year(item),
                doi=doi,
                url=item.get("URL") or (f"https://doi.org/{doi}" if doi else None),
                abstract=item.get("abstract"),
            )
        )
    return works


def _name_author(author: Mapping[str, Any]) -> str:
    parts = [author.get("given"), author.get("family")]
    return " ".join(str(part) for part in parts if part) or str(author.get("name") or "")


def _first_year(item: Mapping[str, Any]) -> Any:
    for key in ("issued", "published", "published-print", "published-online", "created"):
        dates = _list(_dict(item.get(key)).get("date-parts"))
        if dates and _list(dates[0]) and dates[0][0]:
            return dates[0][0]
    return None


def _make_work(
    *, source: str, title: Any, authors: Iterable[Any], year: Any, doi: Any, url: Any, abstract: Any
) -> Work:
    """One work; whatever a service sends, the shape and the types are these."""
    number = int(year) if str(year or "").isdecimal() else None
    link = _clean(url)
    return {
        "title": _clean(title),
        "authors": [name for name in map(_clean, authors) if name][:100],
        "year": number if number is not None and 1000 <= number <= 2999 else None,
        "doi": re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", _clean(doi), flags=re.IGNORECASE).lower() or None,
        "url": link if link.startswith(("http://", "https://")) else None,
        "abstract": re.sub(r"^abstract[:.\s]+", "", _clean(abstract), flags=re.IGNORECASE)[:_MAX_ABSTRACT_CHARS]
        or None,
        "source": source,
    }


def _merge(lists: list[list[Work]]) -> list[Work]:
    """Take turns between the services, so that none comes last as a whole; each work once."""
    merged: list[Work] = []
    seen: set[str] = set()
    for row in zip_longest(*lists):
        for work in row:
            if work is None or not work["title"]:
                continue
            title = "title:" + re.sub(r"\W+", " ", work["title"]).casefold().strip()
            keys = {title} | ({f"doi:{work['doi']}"} if work["doi"] else set())
            if keys & seen:
                continue
            seen |= keys
            merged.append(work)
    return merged


def _is_too_old(work: Work, year_from: int | None) -> bool:
    return year_from is not None and work["year"] is not None and work["year"] < year_from


def _join_failures(failures: Mapping[str, ToolError]) -> ToolError:
    if len(failures) == 1:
        return next(iter(failures.values()))
    told = "; ".join(f"{name}: {error.message}" for name, error in sorted(failures.items()))
    return ToolError(
        f"no service answered: {told}",
        retryable=any(error.retryable for error in failures.values()),
        hint="check the network connection",
    )


def _list_in(reply: FetchReply, key: str) -> list[dict[str, Any]]:
    data = _dict(reply.json())
    if not isinstance(data.get(key), list):
        raise ToolError(f"{reply.host} did not answer as OpenAlex does")
    return [item for item in map(_dict, data[key]) if item]


def _text_of(element: Element, tag: str) -> str:
    found = element.find(tag)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _clean(value: Any) -> str:
    """Text without markup: Crossref's titles and abstracts hold JATS and HTML tags."""
    if value is None:
        return ""
    bare = re.sub(r"</?[A-Za-z][^<>]*>", " ", str(value)) if "<" in str(value) else str(value)
    return " ".join(unescape(bare).split())


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
