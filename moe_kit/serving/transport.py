"""The transport under httpx's API: through which proxy, at a cost that does not grow with the connections."""

import functools
import ssl
import urllib.request
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import anyio
import httpx

from moe_kit.serving.addresses import is_loopback

CONNECT_SECONDS = 10.0  # beyond three tries of TCP
CONNECT_NEAR_SECONDS = 3.0  # on this machine, where nothing but a port that keeps silent takes longer
_IDLE_SECONDS = 60.0
_IDLE_MAX = 256  # connections to keep; above the 200 parallel calls that are measured
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)


def find_proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment (or the system) names for a URL; None for this machine's own servers."""
    if is_loopback(url.host) or urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return (proxy if "://" in proxy else f"http://{proxy}") if proxy else None


class ShardedTransport(httpx.AsyncBaseTransport):
    """httpx's own transport, one for each connection, the idle ones on a stack for each server.

    The pool inside httpx's transport looks at all its connections for each request, which makes many connections
    slow. Here each pool holds one; the connection used last is used next. aiohttp's transport takes less time still,
    but it finds out too late that a server has closed a connection, and requests that a model server answers are not
    safe to send twice; see benchmarks/transport.py.
    """

    def __init__(self, *, proxy: str | None = None, idle_max: int = _IDLE_MAX) -> None:
        self._proxy = proxy
        self._idle_max = idle_max
        self._idle: dict[tuple[str, str, int | None], list[httpx.AsyncHTTPTransport]] = {}
        self._is_closed = False

    def __repr__(self) -> str:
        return f"<ShardedTransport with {sum(map(len, self._idle.values()))} idle connections>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the connection used last, or a new one."""
        url = request.url
        idle = self._idle.setdefault((url.scheme, url.host, url.port), [])
        one = idle.pop() if idle else self._open(url)
        try:
            response = await one.handle_async_request(request)
        except BaseException:
            await _close(one)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Lent(response.stream, one, idle, self)
        return response

    async def aclose(self) -> None:
        """Close what is idle; connections in use are closed when they are given back."""
        self._is_closed = True
        for idle in self._idle.values():
            while idle:
                await _close(idle.pop())
        self._idle.clear()

    async def take_back(self, one: httpx.AsyncHTTPTransport, idle: list[httpx.AsyncHTTPTransport]) -> None:
        """Keep a connection for the next request, unless there are many."""
        if self._is_closed or len(idle) >= self._idle_max:
            await _close(one)
        else:
            idle.append(one)

    def _open(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        needs_tls = url.scheme == "https" or (self._proxy or "").startswith("https:")
        return httpx.AsyncHTTPTransport(
            verify=tls_context(needs_tls), trust_env=False, limits=_ONE, proxy=self._proxy, retries=0
        )


class _Lent(httpx.AsyncByteStream):
    """A response's body; when it is closed its connection goes back."""

    def __init__(
        self,
        stream: httpx.AsyncByteStream,
        one: httpx.AsyncHTTPTransport,
        idle: list[httpx.AsyncHTTPTransport],
        owner: ShardedTransport,
    ) -> None:
        self._stream = stream
        self._one: httpx.AsyncHTTPTransport | None = one
        self._idle = idle
        self._owner = owner

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        one, self._one = self._one, None
        if one is None:
            return
        try:
            await self._stream.aclose()
        except BaseException:
            await _close(one)
            raise
        await self._owner.take_back(one, self._idle)


async def _close(one: httpx.AsyncHTTPTransport) -> None:
    with anyio.CancelScope(shield=True):
        await one.aclose()


@functools.cache
def tls_context(is_needed: bool) -> ssl.SSLContext:
    """The context for checked certificates, loaded once and only for https: reading the authorities is slow."""
    return httpx.create_ssl_context() if is_needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
