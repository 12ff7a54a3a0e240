"""Search the web through a SearXNG server of the user's choice."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, ToolContext, ToolError, ToolResult
from moe_kit.net.client import FetchReply, FetchRequest, check_status, fetch
from moe_kit.net.guard import NetPolicy, endpoint_of, parse_url
from moe_kit.net.settings import NetSettings

_MAX_SNIPPET_CHARS = 1_000


class WebSearchSettings(NetSettings):
    """Where the search server is, from config/tools.yaml."""

    endpoint: str = Field("", description="Base URL of a SearXNG server with its JSON format switched on")


class WebSearchParams(BaseModel):
    """What to search for."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    query: str = Field(min_length=1, max_length=500, description="Words to search the web for")
    limit: int = Field(10, ge=1, le=50, description="Results to return at most")
    language: str = Field(
        "", pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?|all|auto)?$", description="Language code, as en or de-CH"
    )
    time_range: Literal["", "day", "week", "month", "year"] = Field("", description="Only what is as recent as this")


class WebSearch(BaseTool):
    """Search the web through the configured SearXNG server."""

    name = "web_search"
    description = "Search the web through the configured SearXNG server"
    category = "web"
    capabilities = ("web_search", "search", "web")
    effects = ("net",)
    repeats = "safe"

    async def execute(self, wanted: WebSearchParams, context: ToolContext) -> ToolResult:
        """Search; results in the server's order, each URL once."""
        settings = WebSearchSettings.read(self.name, context.settings)
        if not settings.endpoint:
            raise ToolError(
                "web search is not configured",
                tool=self.name,
                hint="name a SearXNG server in config/tools.yaml: "
                "web_search: {settings: {endpoint: 'http://localhost:8888'}}",
            )
        options = {"language": wanted.language, "time_range": wanted.time_range}
        reply = await fetch(
            FetchRequest(
                url=f"{settings.endpoint.rstrip('/')}/search",
                query={"q": wanted.query, "format": "json", **{key: value for key, value in options.items() if value}},
                headers={"Accept": "application/json", "User-Agent": settings.user_agent()},
            ),
            # Whoever configured the server meant it, be it on this machine; its redirects get no such trust.
            policy=NetPolicy(allow_private=(*settings.allow_private, endpoint_of(parse_url(settings.endpoint)))),
            timeout_seconds=settings.timeout_seconds,
            max_bytes=settings.max_bytes,
            deadline=context.deadline,
        )
        answer = _read_answer(reply)
        data = {
            "query": wanted.query,
            "results": _collect(answer["results"], wanted.limit),
            "answers": _read_answers(answer.get("answers")),
            "suggestions": [str(item)[:200] for item in _as_list(answer.get("suggestions"))[:10]],
            "failed_engines": _read_failures(answer.get("unresponsive_engines")),
        }
        return ToolResult(data=data)


def _read_answer(reply: FetchReply) -> dict[str, Any]:
    if reply.status == 403:
        raise ToolError(
            f"{reply.host} refuses to answer in JSON",
            hint="add json to search.formats in the SearXNG server's settings.yml",
        )
    data = check_status(reply).json()
    if not isinstance(data, dict) or not isinstance(data.get("results"), list):
        raise ToolError(
            f"{reply.host} did not answer as a SearXNG server does", hint="check web_search's settings.endpoint"
        )
    return data


def _collect(items: list[Any], limit: int) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        url = item.get("url") if isinstance(item, dict) else None
        if not isinstance(url, str) or not url.startswith(("http://", "https://")) or url in found:
            continue
        engines = [str(name) for name in _as_list(item.get("engines") or item.get("engine"))]
        found[url] = {
            "title": _clean(item.get("title")),
            "url": url,
            "snippet": _clean(item.get("content")),
            "published": _clean(item.get("publishedDate")) or None,
            "engines": engines,
        }
        if len(found) == limit:
            break
    return list(found.values())


def _read_answers(value: Any) -> list[str]:
    """Direct answers; older servers send text, newer ones objects."""
    texts = [item.get("answer") if isinstance(item, dict) else item for item in _as_list(value)]
    return [text for text in map(_clean, texts) if text]


def _read_failures(value: Any) -> list[str]:
    """Engines that did not answer, as "name: reason"."""
    return [": ".join(map(str, item)) if isinstance(item, list) else str(item) for item in _as_list(value)][:20]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _clean(value: Any) -> str:
    return " ".join(str(value).split())[:_MAX_SNIPPET_CHARS] if value is not None else ""
