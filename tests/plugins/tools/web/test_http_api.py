import json

import anyio
import pytest
from pydantic import ValidationError

from moe_core import ToolError

pytestmark = pytest.mark.anyio
TOOL = "web/http_api"


def allowing(*servers) -> dict:
    endpoints = [server.endpoint for server in servers]
    return {"allow": endpoints, "allow_private": endpoints}


async def test_json_is_read_as_json(run_tool, server) -> None:
    server.routes["/v1"] = (200, {"Content-Type": "application/vnd.api+json"}, b'{"rate": 4.5}')
    result = await run_tool(TOOL, {"url": f"{server.url}/v1", "query": {"q": "x y"}}, settings=allowing(server))
    assert (result["status"], result["json"]) == (200, {"rate": 4.5})
    assert server.seen[0]["path"] == "/v1?q=x+y"


async def test_text_is_read_as_text(run_tool, server) -> None:
    server.routes["/"] = (200, {"Content-Type": "text/plain; charset=latin-1"}, b"caf\xe9")
    assert (await run_tool(TOOL, {"url": server.url}, settings=allowing(server)))["text"] == "café"


async def test_an_answer_that_is_neither_is_refused(run_tool, server) -> None:
    server.routes["/"] = (200, {"Content-Type": "image/png"}, b"\x89PNG")
    with pytest.raises(ToolError, match="image/png"):
        await run_tool(TOOL, {"url": server.url}, settings=allowing(server))


async def test_a_post_sends_its_json_and_headers(run_tool, server) -> None:
    server.routes["/"] = (201, {"Content-Type": "application/json"}, b"{}")
    params = {"url": server.url, "method": "POST", "json": {"a": [1, None]}, "headers": {"authorization": "Bearer t"}}
    assert (await run_tool(TOOL, params, settings=allowing(server)))["status"] == 201
    seen = server.seen[0]
    assert json.loads(seen["body"]) == {"a": [1, None]}
    assert seen["headers"]["content-type"] == "application/json"
    assert seen["headers"]["authorization"] == "Bearer t"


async def test_nothing_is_allowed_until_it_is_listed(run_tool, server) -> None:
    with pytest.raises(ToolError, match="not allowed") as caught:
        await run_tool(TOOL, {"url": server.url})
    assert caught.value.hint == (
        f"allow it in config/tools.yaml: http_api: {{settings: {{allow: ['{server.endpoint}']}}}}"
    )
    assert server.seen == []


async def test_an_allowed_name_on_a_private_address_is_still_refused(run_tool, server) -> None:
    settings = {"allow": [server.endpoint, f"localhost:{server.port}"]}
    for url in (server.url, f"http://localhost:{server.port}"):
        with pytest.raises(ToolError, match="may not be reached"):
            await run_tool(TOOL, {"url": url}, settings=settings)
    assert server.seen == []


async def test_a_redirect_to_a_private_address_is_not_followed(run_tool, server, start_server) -> None:
    inside = start_server()
    server.routes["/"] = (302, {"Location": inside.url}, b"")
    settings = {"allow": [server.endpoint, inside.endpoint], "allow_private": [server.endpoint]}
    with pytest.raises(ToolError, match="may not be reached"):
        await run_tool(TOOL, {"url": server.url}, settings=settings)
    with pytest.raises(ToolError, match="not allowed"):
        await run_tool(TOOL, {"url": server.url}, settings=allowing(server))
    assert inside.seen == []


@pytest.mark.parametrize(
    ("status", "is_retryable"), [(400, False), (403, False), (404, False), (429, True), (500, True), (503, True)]
)
async def test_a_failing_status_is_an_error_that_says_whether_to_try_again(
    run_tool, server, status, is_retryable
) -> None:
    server.routes["/"] = (status, {"Content-Type": "application/json"}, b'{"echo": "Bearer hidden"}')
    params = {"url": f"{server.url}/?key=hidden", "headers": {"Authorization": "Bearer hidden"}}
    with pytest.raises(ToolError, match=str(status)) as caught:
        await run_tool(TOOL, params, settings=allowing(server))
    assert caught.value.retryable is is_retryable
    assert "hidden" not in f"{caught.value} {caught.value.hint}"


async def test_garbage_where_json_was_promised_is_one_clear_error(run_tool, server) -> None:
    server.routes["/"] = (200, {"Content-Type": "application/json"}, b"<html>oops")
    with pytest.raises(ToolError, match="did not answer with JSON"):
        await run_tool(TOOL, {"url": server.url}, settings=allowing(server))


async def test_a_body_beyond_the_limit_is_refused(run_tool, server) -> None:
    server.routes["/"] = (200, {"Content-Type": "text/plain"}, b"x" * 1_000_001)
    with pytest.raises(ToolError, match="more than 1,000,000 bytes"):
        await run_tool(TOOL, {"url": server.url}, settings=allowing(server))


async def test_a_server_that_drips_is_left_at_the_limit_and_on_cancelling(run_tool, server) -> None:
    server.routes["/"] = server.drip
    with pytest.raises(ToolError, match="did not answer within") as caught:
        await run_tool(TOOL, {"url": server.url}, settings={**allowing(server), "timeout_seconds": 0.2})
    assert caught.value.retryable
    with anyio.move_on_after(0.1) as scope:
        await run_tool(TOOL, {"url": server.url}, settings=allowing(server))
    assert scope.cancelled_caught


@pytest.mark.parametrize(
    "more",
    [
        {"method": "DELETE"},
        {"headers": {"X-A: b\r\nX-C": "d"}},
        {"json_body": {}},
        {"timeout": 3},
        {"query": {"a": {"b": 1}}},
    ],
)
async def test_parameters_that_do_not_fit_are_refused(run_tool, more) -> None:
    with pytest.raises(ValidationError):
        await run_tool(TOOL, {"url": "https://example.org", **more})


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://u:p@example.org/", "example.org", "javascript:alert(1)"])
async def test_urls_that_are_not_plain_http_are_refused(run_tool, url) -> None:
    with pytest.raises(ToolError):
        await run_tool(TOOL, {"url": url}, settings={"allow": ["example.org"]})


async def test_a_body_goes_with_post_only(run_tool, server) -> None:
    with pytest.raises(ToolError, match="POST"):
        await run_tool(TOOL, {"url": server.url, "json": {}}, settings=allowing(server))
