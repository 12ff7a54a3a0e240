"""Read news from RSS and Atom feeds."""

import calendar
import datetime
import importlib
import io
import re
from collections.abc import Iterable
from html import unescape
from typing import Any

import anyio
from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, ToolContext, ToolError, ToolResult
from moe_core.text.tokens import find_terms
from moe_kit.net.client import FetchReply, FetchRequest, check_status, fetch
from moe_kit.net.guard import NetPolicy, endpoint_of, parse_url
from moe_kit.net.settings import Names, NetSettings

_MAX_PARALLEL = 6
_MAX_SUMMARY_CHARS = 1_000
_REMEDY = "add the feed in config/tools.yaml: news: {settings: {feeds: ['https://{host}/...']}}"

Item = dict[str, Any]


class NewsSettings(NetSettings):
    """Which feeds are read, from config/tools.yaml."""

    feeds: Names = Field((), description="Addresses of RSS or Atom feeds")
    allow: Names = Field((), description="Further hosts whose feeds may be asked for: example.org, *.example.org")


class NewsParams(BaseModel):
    """Which news."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    query: str = Field("", max_length=500, description="Words to look for; all items without it")
    feeds: tuple[str, ...] = Field((), max_length=20, description="Feeds to read in place of the configured ones")
    limit: int = Field(20, ge=1, le=200, description="Items to return at most")
    since: datetime.date | None = Field(None, description="Only items from this day on, as 2024-05-31")


class News(BaseTool):
    """Read news from the configured RSS and Atom feeds, newest first."""

    name = "news"
    description = "Read news from the configured RSS and Atom feeds, newest first"
    category = "web"
    capabilities = ("news", "rss", "current_events", "search")
    effects = ("net",)
    repeats = "safe"

    async def execute(self, wanted: NewsParams, context: ToolContext) -> ToolResult:
        """Read the feeds at once; one that fails is named beside the others' items."""
        settings = NewsSettings.read(self.name, context.settings)
        feeds = list(dict.fromkeys(wanted.feeds or settings.feeds))
        if not feeds:
            raise ToolError(
                "no news feed is configured",
                tool=self.name,
                hint="name some in config/tools.yaml: news: {settings: {feeds: ['https://example.org/feed.xml']}}",
            )
        parser = _import_parser()
        policy = _make_policy(settings)
        found: dict[str, list[Item]] = {}
        failures: dict[str, ToolError] = {}
        limiter = anyio.CapacityLimiter(_MAX_PARALLEL)

        async def read(url: str) -> None:
            try:
                async with limiter:
                    reply = await self._fetch(url, settings, policy, context.deadline)
                    found[url] = await anyio.to_thread.run_sync(_parse_feed, reply, parser, abandon_on_cancel=True)
            except ToolError as error:
                failures[url] = error

        async with anyio.create_task_group() as tasks:
            for url in feeds:
                tasks.start_soon(read, url)
        failed = [(url, failures[url]) for url in feeds if url in failures]
        if not found:
            raise _join_failures([error for _, error in failed])
        items, match = _select(merge_items(found[url] for url in feeds if url in found), wanted)
        told = [{"feed": _bare(url), "error": error.message, "retryable": error.retryable} for url, error in failed]
        data = {"items": items[: wanted.limit], "matched": len(items), "match": match, "failed": told}
        return ToolResult(data=data)

    async def _fetch(self, url: str, settings: NewsSettings, policy: NetPolicy, deadline: float | None) -> FetchReply:
        accept = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
        reply = await fetch(
            FetchRequest(url=url, headers={"Accept": accept, "User-Agent": settings.user_agent()}),
            # A feed that is configured may move; one that was asked for stays within the allowed hosts.
            policy=NetPolicy(allow_private=policy.allow_private) if url in settings.feeds else policy,
            timeout_seconds=settings.timeout_seconds,
            max_bytes=settings.max_bytes,
            deadline=deadline,
        )
        return check_status(reply)


def merge_items(lists: Iterable[list[Item]]) -> list[Item]:
    """All items, newest first, undated ones last; what two feeds carry stands once."""
    seen: set[str] = set()
    merged: list[Item] = []
    for item in (item for items in lists for item in items):
        keys = {f"url:{re.sub(r'^https?://(www[.])?', '', item['url'] or '').rstrip('/')}"} if item["url"] else set()
        keys.add(f"title:{item['title'].casefold()}:{(item['published'] or '')[:10]}")
        if not keys & seen:
            merged.append(item)
        seen |= keys
    dated = sorted((item for item in merged if item["published"]), key=lambda item: item["published"], reverse=True)
    return dated + [item for item in merged if not item["published"]]


def _make_policy(settings: NewsSettings) -> NetPolicy:
    """The configured feeds' hosts, private ones included, and what else is allowed."""
    endpoints = tuple(endpoint_of(parse_url(url)) for url in settings.feeds)
    return NetPolicy(
        allow=(*endpoints, *settings.allow), allow_private=(*endpoints, *settings.allow_private), remedy=_REMEDY
    )


def _import_parser() -> Any:
    try:
        return importlib.import_module("feedparser")
    except ImportError as error:
        raise ToolError(
            "reading news needs feedparser, which is not installed",
            tool="news",
            hint="pip install 'moe-core[news]'",
        ) from error


def _parse_feed(reply: FetchReply, parser: Any) -> list[Item]:
    if b"<!ENTITY" in reply.body.replace(b"\0", b"").upper():  # without the zeros of UTF-16
        raise ToolError(f"the feed of {reply.host} declares entities, which may grow without end")
    try:
        # A stream, never the bytes themselves: feedparser would take a short text for a file's name.
        feed = parser.parse(
            io.BytesIO(reply.body), response_headers={"content-type": reply.headers.get("content-type", "")}
        )
    except Exception as error:  # the parser meets whatever servers send; its faults are the feed's
        raise ToolError(f"the feed of {reply.host} cannot be read") from error
    if not feed.get("version") and not feed.get("entries"):
        raise ToolError(f"{reply.host} did not answer with an RSS or Atom feed")
    name = _clean(feed.feed.get("title")) or reply.host
    return [_read_entry(entry, name) for entry in feed.entries]


def _read_entry(entry: Any, feed: str) -> Item:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    link = str(entry.get("link") or "")
    return {
        "title": _clean(entry.get("title")),
        "url": link if link.startswith(("http://", "https://")) else None,
        "published": _format_moment(moment),
        "summary": _clean(entry.get("summary"))[:_MAX_SUMMARY_CHARS],
        "feed": feed,
    }


def _format_moment(moment: Any) -> str | None:
    """UTC as 2024-05-31T08:00:00Z; None for a date that cannot be."""
    try:
        seconds = calendar.timegm(moment)
        return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _select(items: list[Item], wanted: NewsParams) -> tuple[list[Item], str]:
    """The items of the wanted days that hold every word of the query; where none does, those that hold some."""
    terms = set(find_terms(wanted.query))
    if wanted.since is not None:
        items = [item for item in items if (item["published"] or "") >= wanted.since.isoformat()]
    if not terms:
        return items, "all"
    shared = [len(terms & set(find_terms(f"{item['title']} {item['summary']}"))) for item in items]
    most = max(shared, default=0)
    if most == len(terms):
        return [item for item, count in zip(items, shared, strict=True) if count == most], "all"
    ranked = sorted(zip(items, shared, strict=True), key=lambda pair: -pair[1])
    return [item for item, count in ranked if count], "some"


def _join_failures(errors: list[ToolError]) -> ToolError:
    if len(errors) == 1:
        return errors[0]
    told = "; ".join(dict.fromkeys(error.message for error in errors))
    return ToolError(f"no feed could be read: {told}", retryable=any(error.retryable for error in errors))


def _bare(url: str) -> str:
    """The address without its query, which may hold a key."""
    return url.partition("?")[0]


def _clean(value: Any) -> str:
    """Text without markup."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", str(value or ""))).split())
