import importlib.util
import sys

import pytest

from moe_core import ToolError

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(importlib.util.find_spec("feedparser") is None, reason="wants the extra news"),
]
TOOL = "web/news"
RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Harbour News</title><link>https://harbour.example/</link>
<item><title>Mill wheel turns again</title><link>https://harbour.example/wheel</link>
  <pubDate>Fri, 31 May 2024 10:00:00 +0200</pubDate>
  <description>&lt;p&gt;The tide mill &amp;amp; its &lt;b&gt;wheel&lt;/b&gt;.&lt;/p&gt;</description></item>
<item><title>Ferry timetable</title><link>https://harbour.example/ferry</link>
  <pubDate>Wed, 01 May 2024 08:00:00 GMT</pubDate><description>Summer ferries.</description></item>
<item><title>No date</title><link>javascript:alert(1)</link><description>The mill.</description></item>
</channel></rss>"""
ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Coast Wire</title><id>urn:x</id><updated>2024-06-02T00:00:00Z</updated>
<entry><title>Otters return</title><id>urn:1</id><link href="https://coast.example/otters"/>
  <updated>2024-06-01T12:00:00Z</updated><summary>Otters at four sites.</summary></entry>
<entry><title>Copied</title><id>urn:2</id><link href="http://www.harbour.example/wheel/"/>
  <updated>2024-06-01T13:00:00Z</updated><summary>The wheel.</summary></entry>
</feed>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">%s]>
<rss version="2.0"><channel><title>x</title><item><title>&f;</title></item></channel></rss>""" % b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in b"bcdef"
)


@pytest.fixture
def feeds(server) -> dict:
    server.routes["/rss"] = (200, {"Content-Type": "application/rss+xml"}, RSS)
    server.routes["/atom"] = (200, {"Content-Type": "application/atom+xml"}, ATOM)
    return {"feeds": [f"{server.url}/rss", f"{server.url}/atom"]}


async def test_items_of_all_feeds_come_newest_first_each_once(run_tool, feeds) -> None:
    result = await run_tool(TOOL, {}, settings=feeds)
    assert [(item["title"], item["published"]) for item in result["items"]] == [
        ("Otters return", "2024-06-01T12:00:00Z"),
        ("Mill wheel turns again", "2024-05-31T08:00:00Z"),
        ("Ferry timetable", "2024-05-01T08:00:00Z"),
        ("No date", None),
    ]
    assert result["items"][1] == {
        "title": "Mill wheel turns again",
        "url": "https://harbour.example/wheel",
        "published": "2024-05-31T08:00:00Z",
        "summary": "The tide mill & its wheel .",
        "feed": "Harbour News",
    }
    assert result["items"][3]["url"] is None


async def test_a_query_keeps_the_items_that_hold_every_word_in_any_form(run_tool, feeds) -> None:
    result = await run_tool(TOOL, {"query": "the wheels of mills"}, settings=feeds)
    assert ([item["title"] for item in result["items"]], result["match"]) == (["Mill wheel turns again"], "all")


async def test_where_no_item_holds_every_word_those_with_most_come_first(run_tool, feeds) -> None:
    result = await run_tool(TOOL, {"query": "mill wheel zebra"}, settings=feeds)
    assert ([item["title"] for item in result["items"]], result["match"]) == (
        ["Mill wheel turns again", "No date"],
        "some",
    )
    assert (await run_tool(TOOL, {"query": "zebra"}, settings=feeds))["items"] == []


async def test_since_and_limit_narrow_the_items(run_tool, feeds) -> None:
    result = await run_tool(TOOL, {"since": "2024-05-31"}, settings=feeds)
    assert [item["title"] for item in result["items"]] == ["Otters return", "Mill wheel turns again"]
    limited = await run_tool(TOOL, {"limit": 1}, settings=feeds)
    assert (len(limited["items"]), limited["matched"]) == (1, 4)


async def test_without_feeds_the_config_line_is_told(run_tool) -> None:
    with pytest.raises(ToolError, match="no news feed") as caught:
        await run_tool(TOOL, {})
    assert "news: {settings: {feeds:" in (caught.value.hint or "")


async def test_a_feed_that_fails_is_named_beside_the_others(run_tool, feeds, server) -> None:
    server.routes["/atom"] = (500, {}, b"")
    settings = {"feeds": [feeds["feeds"][0], f"{server.url}/atom?key=hidden"]}
    result = await run_tool(TOOL, {}, settings=settings)
    assert result["failed"] == [
        {
            "feed": f"{server.url}/atom",
            "error": f"{server.endpoint} answered with status 500 (Internal Server Error)",
            "retryable": True,
        }
    ]
    assert len(result["items"]) == 3


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Hello</body></html>", b"/etc/passwd", b"http://127.0.0.1:1/", b'{"a": 1}', b"\xff\xfe\x00"],
)
async def test_an_answer_that_is_no_feed_is_one_clear_error(run_tool, server, body) -> None:
    server.routes["/rss"] = (200, {}, body)
    with pytest.raises(ToolError, match="RSS or Atom"):
        await run_tool(TOOL, {}, settings={"feeds": [f"{server.url}/rss"]})


@pytest.mark.parametrize("body", [BOMB, BOMB.decode().encode("utf-16")])
async def test_a_feed_whose_entities_multiply_is_refused(run_tool, server, body) -> None:
    server.routes["/rss"] = (200, {"Content-Type": "application/rss+xml"}, body)
    with pytest.raises(ToolError, match="declares entities"):
        await run_tool(TOOL, {}, settings={"feeds": [f"{server.url}/rss"]})


async def test_a_feed_asked_for_must_lie_on_a_configured_host(run_tool, feeds, server, start_server) -> None:
    other = start_server()
    other.routes["/rss"] = (200, {}, ATOM)
    result = await run_tool(TOOL, {"feeds": [f"{server.url}/atom"]}, settings=feeds)
    assert len(result["items"]) == 2
    with pytest.raises(ToolError, match="not allowed") as caught:
        await run_tool(TOOL, {"feeds": [f"{other.url}/rss"]}, settings=feeds)
    assert "news: {settings: {feeds:" in (caught.value.hint or "")
    assert other.seen == []
    settings = {**feeds, "allow": [other.endpoint], "allow_private": [other.endpoint]}
    assert len((await run_tool(TOOL, {"feeds": [f"{other.url}/rss"]}, settings=settings))["items"]) == 2


async def test_a_feed_that_redirects_inside_is_not_followed(run_tool, server, start_server) -> None:
    inside = start_server()
    server.routes["/rss"] = (302, {"Location": inside.url}, b"")
    with pytest.raises(ToolError, match="may not be reached"):
        await run_tool(TOOL, {}, settings={"feeds": [f"{server.url}/rss"]})
    assert inside.seen == []


async def test_a_feed_that_drips_does_not_hold_up_the_others(run_tool, feeds, server) -> None:
    server.routes["/slow"] = server.drip
    settings = {"feeds": [*feeds["feeds"], f"{server.url}/slow"], "timeout_seconds": 0.5}
    result = await run_tool(TOOL, {}, settings=settings)
    assert [item["feed"] for item in result["failed"]] == [f"{server.url}/slow"]
    assert len(result["items"]) == 4


async def test_all_feeds_failing_is_an_error(run_tool, server) -> None:
    with pytest.raises(ToolError, match="no feed could be read") as caught:
        await run_tool(TOOL, {}, settings={"feeds": [f"{server.url}/gone", "http://127.0.0.1:1/"]})
    assert caught.value.retryable


async def test_without_the_parser_the_extra_that_brings_it_is_named(run_tool, feeds, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "feedparser", None)  # as if it were not installed
    with pytest.raises(ToolError, match="needs feedparser, which is not installed") as caught:
        await run_tool(TOOL, {}, settings=feeds)
    assert caught.value.hint == "pip install 'moe-core[news]'"
