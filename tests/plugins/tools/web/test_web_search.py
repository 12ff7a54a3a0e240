import json
from urllib.parse import parse_qs, urlsplit

import pytest

from moe_core import ToolError

pytestmark = pytest.mark.anyio
TOOL = "web/web_search"
ANSWER = {
    "query": "tidal mill",
    "number_of_results": 0,
    "results": [
        {
            "title": "Tide mills",
            "url": "https://mills.example/tide",
            "content": "Mills that\n  turn with the tide.",
            "engine": "one",
            "engines": ["one", "two"],
            "publishedDate": "2024-03-01T00:00:00",
            "score": 3.0,
            "category": "general",
        },
        {"title": "Again", "url": "https://mills.example/tide", "content": "", "engine": "two"},
        {"title": "Script", "url": "javascript:alert(1)", "content": ""},
        "garbage",
        {"title": None, "url": "http://other.example/", "content": None, "engine": "two", "publishedDate": None},
    ],
    "answers": [{"answer": "About 1170.", "url": None}, "plain answer"],
    "suggestions": ["tide mill history"],
    "unresponsive_engines": [["three", "timeout"]],
}


async def test_results_come_in_order_each_url_once(run_tool, server) -> None:
    server.routes["/searx/search"] = (200, {"Content-Type": "application/json"}, json.dumps(ANSWER).encode())
    params = {"query": "tidal mill", "language": "en", "time_range": "year"}
    result = await run_tool(TOOL, params, settings={"endpoint": f"{server.url}/searx/"})
    assert result["results"] == [
        {
            "title": "Tide mills",
            "url": "https://mills.example/tide",
            "snippet": "Mills that turn with the tide.",
            "published": "2024-03-01T00:00:00",
            "engines": ["one", "two"],
        },
        {"title": "", "url": "http://other.example/", "snippet": "", "published": None, "engines": ["two"]},
    ]
    assert (result["answers"], result["failed_engines"]) == (["About 1170.", "plain answer"], ["three: timeout"])
    asked = parse_qs(urlsplit(server.seen[0]["path"]).query)
    assert asked == {"q": ["tidal mill"], "format": ["json"], "language": ["en"], "time_range": ["year"]}


async def test_the_limit_holds(run_tool, server) -> None:
    server.routes["/search"] = (200, {}, json.dumps(ANSWER).encode())
    result = await run_tool(TOOL, {"query": "x", "limit": 1}, settings={"endpoint": server.url})
    assert len(result["results"]) == 1


async def test_without_a_server_the_config_line_is_told(run_tool) -> None:
    with pytest.raises(ToolError, match="not configured") as caught:
        await run_tool(TOOL, {"query": "x"})
    assert "web_search: {settings: {endpoint:" in (caught.value.hint or "")


async def test_a_server_that_is_not_there_is_told_as_such(run_tool) -> None:
    with pytest.raises(ToolError, match="cannot be reached") as caught:
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": "http://127.0.0.1:1"})
    assert caught.value.retryable


async def test_a_server_without_the_json_format_says_what_to_switch_on(run_tool, server) -> None:
    server.routes["/search"] = (403, {}, b"")
    with pytest.raises(ToolError, match="refuses to answer in JSON") as caught:
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": server.url})
    assert "search.formats" in (caught.value.hint or "")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"results": 3}'])
async def test_an_answer_of_another_kind_is_one_clear_error(run_tool, server, body) -> None:
    server.routes["/search"] = (200, {}, body)
    with pytest.raises(ToolError, match="did not answer"):
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": server.url})


@pytest.mark.parametrize(("status", "is_retryable"), [(429, True), (500, True), (404, False)])
async def test_a_failing_status_says_whether_to_try_again(run_tool, server, status, is_retryable) -> None:
    server.routes["/search"] = (status, {}, b"")
    with pytest.raises(ToolError) as caught:
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": server.url})
    assert caught.value.retryable is is_retryable


async def test_the_configured_server_may_be_local_but_not_what_it_redirects_to(run_tool, server, start_server) -> None:
    inside = start_server()
    server.routes["/search"] = (302, {"Location": f"{inside.url}/search"}, b"")
    with pytest.raises(ToolError, match="may not be reached"):
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": server.url})
    assert inside.seen == []


async def test_a_server_that_drips_is_left_at_the_limit(run_tool, server) -> None:
    server.routes["/search"] = server.drip
    with pytest.raises(ToolError, match="did not answer within"):
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": server.url, "timeout_seconds": 0.2})


@pytest.mark.parametrize("endpoint", ["localhost:8888", "ftp://x", "http://u:p@127.0.0.1:1"])
async def test_an_endpoint_that_is_no_url_is_refused(run_tool, endpoint) -> None:
    with pytest.raises(ToolError):
        await run_tool(TOOL, {"query": "x"}, settings={"endpoint": endpoint})
