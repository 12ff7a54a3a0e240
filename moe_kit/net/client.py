"""One careful HTTP exchange: checked addresses, checked redirects, capped size, one deadline for all of it."""

from __future__ import annotations

import functools
import ipaddress
import json
import ssl
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import anyio
import msgspec
from msgspec.structs import replace

import moe_kit.net.lazy_httpx as httpx
from moe_core.contracts.errors import ToolError
from moe_core.contracts.outgoing import Sending, note_sending
from moe_kit.net.body import read_capped
from moe_kit.net.guard import NetPolicy, check_url, name_host, parse_url, resolve_checked

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_ADDRESSES = 3  # each that is silent costs its whole time to connect
# What the client itself must say: another value could smuggle a second request or reach another virtual host.
RESERVED_HEADERS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
        "expect",
        "accept-encoding",
    }
)


class FetchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask for.

    Attributes:
        url: http or https, without credentials.
        method: "GET" or "POST".
        query: Added to the URL's own query; a sequence repeats its key.
        headers: Sent to this origin only, never along a redirect to another one.
        content: The body, or None.
        max_redirects: How many are followed.
    """

    url: str | httpx.URL
    method: str = "GET"
    query: Mapping[str, Any] = msgspec.field(default_factory=dict)
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    content: bytes | None = None
    max_redirects: int = 3


class FetchReply(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered.

    Attributes:
        url: The last URL, after redirects.
        status: HTTP status.
        headers: Lower-case names.
        body: Decompressed.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        """Host and port that answered."""
        return name_host(httpx.URL(self.url))

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; "" when the server told none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body as text; bytes that do not fit the declared encoding are replaced."""
        charset = httpx.Response(200, headers={"content-type": self.headers.get("content-type", "")}).charset_encoding
        try:
            return self.body.decode(charset or "utf-8", errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ToolError: It is none.
        """
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ToolError(
                f"{self.host} did not answer with JSON", hint="check that the address is an API's"
            ) from error


async def fetch(
    request: FetchRequest,
    *,
    policy: NetPolicy,
    timeout_seconds: float = 20.0,
    max_bytes: int = 1_000_000,
    deadline: float | None = None,
) -> FetchReply:
    """Make one request, following checked redirects. Any status is a reply; see `check_status`.

    Args:
        policy: What may be reached; it holds for every redirect too.
        timeout_seconds: For the whole exchange, however slowly a server drips.
        max_bytes: Of the body, decompressed.
        deadline: Unix time in seconds; the earlier of the two limits holds.

    Raises:
        ToolError: Refused, unreachable, too slow, too long or no HTTP.
    """
    url = check_url(request.url, policy)
    if request.query:
        url = url.copy_merge_params(dict(request.query))
    _check_headers(request.headers)
    seconds = timeout_seconds if deadline is None else min(timeout_seconds, deadline - time.time())
    if seconds <= 0:
        raise ToolError(f"no time is left to ask {name_host(url)}", retryable=True)
    try:
        with anyio.fail_after(seconds):
            return await _follow(replace(request, url=url, query={}), policy, max_bytes)
    except TimeoutError as error:
        raise ToolError(f"{name_host(url)} did not answer within {seconds:.3g} s", retryable=True) from error


def check_status(reply: FetchReply) -> FetchReply:
    """The reply, when its status says success.

    Raises:
        ToolError: Status 400 or above; retryable for 408, 425, 429 and 5xx. The body is not repeated:
            it may echo what was sent.
    """
    if reply.status < 400:
        return reply
    may_pass = reply.status in (408, 425, 429) or reply.status >= 500
    hint = None
    wait = reply.headers.get("retry-after", "")
    if wait.isdecimal() and len(wait) < 7:
        hint = f"it asks to wait {wait} s"
    elif reply.status in (401, 403):
        hint = "it wants credentials, or refuses these"
    raise ToolError(
        f"{reply.host} answered with status {reply.status}{_phrase(reply.status)}", retryable=may_pass, hint=hint
    )


async def _follow(request: FetchRequest, policy: NetPolicy, max_bytes: int) -> FetchReply:
    start = parse_url(request.url)
    for _ in range(request.max_redirects + 1):
        url = check_url(request.url, policy)
        reply = await _send(request, url, policy, max_bytes)
        location = reply.headers.get("location")
        if reply.status not in _REDIRECTS or not location:
            return reply
        request = _redirected(request, url, reply.status, location)
    raise ToolError(f"{name_host(start)} redirects more than {request.max_redirects} times")


def _redirected(request: FetchRequest, url: httpx.URL, status: int, location: str) -> FetchRequest:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise ToolError(f"{name_host(url)} redirects to a malformed URL") from error
    if url.scheme == "https" and target.scheme != "https":
        raise ToolError(f"{name_host(url)} redirects from https to {target.scheme}, which is not followed")
    is_same_origin = (url.scheme, url.netloc) == (target.scheme, target.netloc)
    headers = dict(request.headers) if is_same_origin else _neutral(request.headers)
    if status == 303 or (status in (301, 302) and request.method == "POST"):
        bare = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return replace(request, url=target, method="GET", content=None, headers=bare)
    if request.content is not None and not is_same_origin:
        raise ToolError(f"{name_host(url)} redirects a POST to another host, which is not followed")
    return replace(request, url=target, headers=headers)


def _neutral(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that say nothing about the caller."""
    return {
        name: value for name, value in headers.items() if name.lower() in ("accept", "accept-language", "user-agent")
    }


async def _send(request: FetchRequest, url: httpx.URL, policy: NetPolicy, max_bytes: int) -> FetchReply:
    host = name_host(url)
    failure: httpx.ConnectError | None = None
    for address in (await resolve_checked(url, policy))[:_MAX_ADDRESSES]:
        try:
            return await _exchange(request, url, address, max_bytes)
        except httpx.ConnectError as error:  # nothing was sent: the next address may be tried
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise ToolError(f"the certificate of {host} is not trusted") from error
            failure = error
        except (httpx.LocalProtocolError, httpx.InvalidURL) as error:
            raise ToolError(f"the request to {host} is malformed", hint="check its headers") from error
        except httpx.RemoteProtocolError as error:
            raise ToolError(f"{host} broke off or does not speak HTTP", retryable=True) from error
        except (httpx.HTTPError, OSError) as error:
            raise ToolError(f"the connection to {host} failed", retryable=True) from error
    raise ToolError(
        f"{host} cannot be reached", retryable=True, hint="check that it runs, and the network connection"
    ) from failure


async def _exchange(request: FetchRequest, url: httpx.URL, address: str, max_bytes: int) -> FetchReply:
    """Speak to one checked address in the name of the URL's host."""
    headers = {"Accept": "*/*", "User-Agent": "moe-core", **request.headers}
    headers |= {"Host": name_host(url), "Accept-Encoding": "identity", "Connection": "close"}
    outgoing = httpx.Request(
        request.method,
        url.copy_with(host=address),
        headers=headers,
        content=request.content,
        extensions={"sni_hostname": url.raw_host.decode("ascii").strip("[]")},
    )
    size = len(outgoing.url.raw_path) + sum(len(name) + len(value) for name, value in outgoing.headers.raw)
    note_sending(
        Sending(
            to=name_host(url),
            size_bytes=size + len(request.content or b""),
            is_local=ipaddress.ip_address(address.strip("[]").partition("%")[0]).is_loopback,
        )
    )
    async with httpx.AsyncHTTPTransport(verify=_tls_context(url.scheme == "https"), trust_env=False) as transport:
        response = await transport.handle_async_request(outgoing)
        try:
            body = await read_capped(response, max_bytes=max_bytes, host=name_host(url))
        finally:
            await response.aclose()
    return FetchReply(
        url=str(url),
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=body,
    )


@functools.cache
def _tls_context(is_needed: bool) -> ssl.SSLContext:
    """Loading the certificate authorities is slow: once, and only for https."""
    return httpx.create_ssl_context() if is_needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() in RESERVED_HEADERS:
            raise ToolError(f"header {name!r} is set by the client and may not be given")
        is_plain = name.isascii() and value.isascii() and not any(char in name + value for char in "\r\n\0")
        if not is_plain or not name.strip():
            raise ToolError(f"header {name!r} holds characters that a header cannot carry")


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
