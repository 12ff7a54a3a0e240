import gzip
import json
import shutil
import ssl
import subprocess
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import anyio
import pytest

from moe_core import ToolError
from moe_kit.net.client import FetchReply, FetchRequest, check_status, fetch
from moe_kit.net.guard import NetPolicy

pytestmark = pytest.mark.anyio


def policy_for(*servers, **more) -> NetPolicy:
    return NetPolicy(allow_private=tuple(server.endpoint for server in servers), **more)


async def get(server, path="/", **more) -> FetchReply:
    request = FetchRequest(url=server.url + path, **more.pop("request", {}))
    return await fetch(request, policy=more.pop("policy", policy_for(server)), **more)


async def test_a_reply_carries_status_headers_and_body(server) -> None:
    server.routes["/"] = (200, {"Content-Type": "application/JSON; charset=utf-8"}, b'{"a": [1, 2]}')
    reply = await get(server)
    assert (reply.status, reply.media_type, reply.json()) == (200, "application/json", {"a": [1, 2]})


async def test_query_and_headers_reach_the_server_under_the_hosts_own_name(server) -> None:
    server.routes["/s"] = (200, {}, b"ok")
    url = f"http://localhost:{server.port}/s?x=1"
    request = FetchRequest(url=url, query={"q": "a b&c", "t": [1, 2]}, headers={"X-Key": "k"})
    await fetch(request, policy=NetPolicy(allow_private=(f"localhost:{server.port}",)))
    seen = server.seen[0]
    assert seen["path"] == "/s?x=1&q=a+b%26c&t=1&t=2"
    assert seen["headers"]["host"] == f"localhost:{server.port}"
    assert seen["headers"]["x-key"] == "k"


async def test_a_loopback_server_is_not_reached_unless_it_is_listed(server) -> None:
    with pytest.raises(ToolError, match="loopback"):
        await get(server, policy=NetPolicy())
    assert server.seen == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(server, status: int) -> None:
    server.routes["/"] = (status, {"Location": "/there"}, b"")
    server.routes["/there"] = (200, {}, b"arrived")
    reply = await get(server)
    assert reply.body == b"arrived"
    assert reply.url == f"{server.url}/there"


async def test_a_redirect_to_a_private_address_is_not_followed(server, start_server) -> None:
    inside = start_server()
    inside.routes["/admin"] = (200, {}, b"secret")
    server.routes["/"] = (302, {"Location": f"{inside.url}/admin"}, b"")
    with pytest.raises(ToolError, match="loopback"):
        await get(server)
    assert inside.seen == []


async def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(server, start_server) -> None:
    other = start_server()
    server.routes["/"] = (302, {"Location": other.url}, b"")
    policy = policy_for(server, other, allow=(server.endpoint,))
    with pytest.raises(ToolError, match="not allowed"):
        await get(server, policy=policy)
    assert other.seen == []


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "http://u:p@127.0.0.1/", "http://[", "gopher:x"]
)
async def test_a_redirect_to_anything_but_plain_http_is_not_followed(server, target: str) -> None:
    server.routes["/"] = (302, {"Location": target}, b"")
    with pytest.raises(ToolError):
        await get(server)


async def test_the_fourth_redirect_is_one_too_many(server) -> None:
    server.routes.update({f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(4)})
    server.routes["/4"] = (200, {}, b"end")
    assert (await get(server, "/1")).body == b"end"
    with pytest.raises(ToolError, match="more than 3 times"):
        await get(server, "/0")


async def test_the_callers_headers_do_not_travel_to_another_origin(server, start_server) -> None:
    other = start_server()
    other.routes["/"] = (200, {}, b"ok")
    server.routes["/"] = (302, {"Location": other.url + "/"}, b"")
    headers = {"Authorization": "Bearer secret", "Cookie": "a=b", "X-Api-Key": "k", "User-Agent": "me"}
    await get(server, policy=policy_for(server, other), request={"headers": headers})
    assert server.seen[0]["headers"]["authorization"] == "Bearer secret"
    sent = other.seen[0]["headers"]
    assert not {"authorization", "cookie", "x-api-key"} & set(sent)
    assert sent["user-agent"] == "me"


async def test_a_post_becomes_a_get_after_303_and_stays_one_after_307(server, start_server) -> None:
    other = start_server()
    server.routes["/303"] = (303, {"Location": "/end"}, b"")
    server.routes["/307"] = (307, {"Location": "/end"}, b"")
    server.routes["/away"] = (307, {"Location": other.url}, b"")
    server.routes["/end"] = (200, {}, b"ok")
    post = {"method": "POST", "content": b"{}"}
    await get(server, "/303", request=post)
    assert (server.seen[-1]["method"], server.seen[-1]["body"]) == ("GET", b"")
    await get(server, "/307", request=post)
    assert (server.seen[-1]["method"], server.seen[-1]["body"]) == ("POST", b"{}")
    with pytest.raises(ToolError, match="POST to another host"):
        await get(server, "/away", policy=policy_for(server, other), request=post)
    assert other.seen == []


async def test_cookies_set_on_the_way_are_not_kept(server) -> None:
    server.routes["/"] = (302, {"Location": "/end", "Set-Cookie": "session=1; Path=/"}, b"")
    server.routes["/end"] = (200, {}, b"ok")
    await get(server)
    assert "cookie" not in server.seen[1]["headers"]


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Connection"])
async def test_headers_that_the_client_owns_cannot_be_given(server, name: str) -> None:
    with pytest.raises(ToolError, match="set by the client"):
        await get(server, request={"headers": {name: "x"}})


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "é"])
async def test_a_header_cannot_smuggle_another(server, value: str) -> None:
    with pytest.raises(ToolError, match="cannot carry"):
        await get(server, request={"headers": {"X-A": value}})
    assert server.seen == []


async def test_a_declared_length_above_the_limit_is_refused(server) -> None:
    server.routes["/"] = (200, {}, b"x" * 2000)
    with pytest.raises(ToolError, match="more than 1,999 bytes") as caught:
        await get(server, max_bytes=1999)
    assert not caught.value.retryable
    assert len((await get(server, max_bytes=2000)).body) == 2000


async def test_a_body_without_a_length_is_cut_off_at_the_limit(server) -> None:
    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.stopped.is_set():
            handler.wfile.write(b"x" * 65536)

    server.routes["/"] = pour
    with pytest.raises(ToolError, match="more than 100,000 bytes"):
        await get(server, max_bytes=100_000)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_compressed_body_counts_by_what_it_unpacks_to(server, encoding: str, pack) -> None:
    server.routes["/"] = (200, {"Content-Encoding": encoding}, pack(b"a" * 5_000_000))
    with pytest.raises(ToolError, match="more than 1,000,000 bytes"):
        await get(server)
    server.routes["/"] = (200, {"Content-Encoding": encoding}, pack(b"hello"))
    assert (await get(server)).body == b"hello"


@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", b"not gzip"), ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-9]), ("br", b"x")]
)
async def test_a_compression_that_cannot_be_read_is_an_error(server, encoding: str, body: bytes) -> None:
    server.routes["/"] = (200, {"Content-Encoding": encoding}, body)
    with pytest.raises(ToolError):
        await get(server)


async def test_a_server_that_drips_is_left_at_the_time_limit(server) -> None:
    server.routes["/"] = server.drip
    with pytest.raises(ToolError, match="did not answer within") as caught:
        await get(server, timeout_seconds=0.2)
    assert caught.value.retryable


async def test_the_deadline_counts_when_it_comes_first(server) -> None:
    server.routes["/"] = server.drip
    with pytest.raises(ToolError, match="did not answer within"):
        await get(server, deadline=time.time() + 0.2)
    with pytest.raises(ToolError, match="no time is left") as caught:
        await get(server, deadline=time.time() - 1)
    assert caught.value.retryable


async def test_cancelling_passes_through(server) -> None:
    server.routes["/"] = server.drip
    with anyio.move_on_after(0.1) as scope:
        await get(server)
    assert scope.cancelled_caught


async def test_a_port_where_nothing_listens_is_worth_another_try(start_server) -> None:
    with pytest.raises(ToolError, match="cannot be reached") as caught:
        await fetch(FetchRequest(url="http://127.0.0.1:1/"), policy=NetPolicy(allow_private=("127.0.0.1:1",)))
    assert caught.value.retryable


async def test_bytes_that_are_no_http_are_told_as_such(server) -> None:
    server.routes["/"] = lambda handler: handler.wfile.write(b"SSH-2.0-garbage\r\n\r\n")
    with pytest.raises(ToolError, match="does not speak HTTP"):
        await get(server)


async def test_a_body_that_ends_early_is_told_as_such(server) -> None:
    server.routes["/"] = (200, {"Content-Length": "500"}, b"short")
    with pytest.raises(ToolError) as caught:
        await get(server)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("status", "is_retryable"),
    [(400, False), (401, False), (404, False), (408, True), (429, True), (500, True), (503, True), (599, True)],
)
async def test_a_failing_status_says_whether_to_try_again(server, status: int, is_retryable: bool) -> None:
    server.routes["/"] = (status, {"Retry-After": "7"}, b"internal secret")
    with pytest.raises(ToolError, match=str(status)) as caught:
        check_status(await get(server, "/?key=hidden"))
    assert caught.value.retryable is is_retryable
    assert caught.value.hint == "it asks to wait 7 s"
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)


async def test_errors_repeat_neither_query_nor_headers(server) -> None:
    server.routes["/"] = server.drip
    request = {"query": {"api_key": "hidden1"}, "headers": {"Authorization": "hidden2"}}
    with pytest.raises(ToolError) as caught:
        await get(server, "/?token=hidden3", request=request, timeout_seconds=0.1)
    assert "hidden" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("body", [b"<html>", b"", b"{", b"NaN", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_json_is_one_clear_error(server, body: bytes) -> None:
    server.routes["/"] = (200, {}, body)
    reply = await get(server)
    with pytest.raises(ToolError, match="did not answer with JSON"):
        reply.json()


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain; charset=latin-1", b"caf\xe9", "café"),
        ("text/plain", "café".encode(), "café"),
        ("text/plain; charset=nonsense", b"abc", "abc"),
        ("text/plain; charset=utf-8", b"a\xff", "a\ufffd"),
    ],
)
async def test_text_is_decoded_as_the_server_says(server, content_type: str, body: bytes, text: str) -> None:
    server.routes["/"] = (200, {"Content-Type": content_type}, body)
    assert (await get(server)).text() == text


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as http_server:
        http_server.socket = context.wrap_socket(http_server.socket, server_side=True)
        http_server.handle_error = lambda *arguments: None
        thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            endpoint = f"localhost:{http_server.server_address[1]}"
            with pytest.raises(ToolError, match="certificate") as caught:
                await fetch(FetchRequest(url=f"https://{endpoint}/"), policy=NetPolicy(allow_private=(endpoint,)))
            assert not caught.value.retryable
        finally:
            http_server.shutdown()
            thread.join()


async def test_json_sent_is_json_received(server) -> None:
    server.routes["/"] = (200, {}, b"ok")
    content = json.dumps({"a": "ü"}).encode()
    await get(server, request={"method": "POST", "content": content, "headers": {"Content-Type": "application/json"}})
    assert json.loads(server.seen[0]["body"]) == {"a": "ü"}
