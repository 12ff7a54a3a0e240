"""One exchange over httpx; imported when a server is first spoken to, for httpx takes as long as a small run."""

from collections.abc import Mapping
from typing import Any

import httpx

from moe_core.contracts.errors import ModelError, ModelRefusedError, ModelTimeoutError, ModelUnavailableError
from moe_kit.serving.peer import Peer
from moe_kit.serving.sharing import Shared
from moe_kit.serving.transport import CONNECT_NEAR_SECONDS, CONNECT_SECONDS, ShardedTransport, find_proxy

_FOREIGN = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError, ImportError)
_TIMEOUTS = {"timeout": httpx.Timeout(None, connect=CONNECT_SECONDS).as_dict()}
_NEAR_TIMEOUTS = {"timeout": httpx.Timeout(None, connect=CONNECT_NEAR_SECONDS).as_dict()}


async def send(
    method: str, url: str, headers: Mapping[str, str], content: bytes | None, *, is_near: bool, shared: Shared
) -> httpx.Response:
    """Send a request, and read what comes before the answer's body."""
    timeouts = _NEAR_TIMEOUTS if is_near else _TIMEOUTS
    request = httpx.Request(method, url, headers=headers, content=content, extensions=timeouts)
    proxy = find_proxy(request.url)
    if proxy not in shared.transports:
        shared.transports[proxy] = ShardedTransport(proxy=proxy)
    response: httpx.Response = await shared.transports[proxy].handle_async_request(request)
    response.request = request
    return response


def is_foreign(error: BaseException) -> bool:
    """Whether an exception is the wire's, to be mapped here."""
    return isinstance(error, _FOREIGN)


def is_gone(error: BaseException) -> bool:
    """Whether nobody answered at the address, so that another server may do so next time."""
    return isinstance(error, httpx.ConnectError)


def map_exchange_error(error: Exception, peer: Peer, *, model: str = "") -> ModelError:
    """The error for an exchange that did not come about, or broke off."""
    where: dict[str, Any] = {"provider": peer.provider, "model": model}
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return ModelUnavailableError(
                f"the certificate of {peer.label} is not trusted",
                hint="set SSL_CERT_FILE to the certificate of its authority",
                **where,
            )
        is_https = peer.url.startswith("https:")
        # A server that speaks plain http refuses a handshake, or waits for more of it.
        if is_https and ("[SSL" in str(error) or (peer.start_hint and isinstance(error, httpx.ConnectTimeout))):
            return ModelUnavailableError(
                f"{peer.label} cannot be reached by https",
                hint=f"if it speaks plain http, write http:// into providers.{peer.provider}.base_url",
                **where,
            )
        via = " through its proxy" if isinstance(error, httpx.ProxyError) else ""
        return ModelUnavailableError(f"{peer.label} cannot be reached{via}", hint=peer.address_hint, **where)
    if isinstance(error, httpx.TimeoutException):
        return ModelTimeoutError(f"{peer.label} did not answer in time", **where)
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL | ImportError):
        return ModelRefusedError(f"{peer.label} cannot be asked: its address or proxy is unfit", **where)
    if isinstance(error, httpx.DecodingError | httpx.StreamError | ValueError):
        reason = peer.quote(str(error)) or "it cannot be read"
        return ModelUnavailableError(f"{peer.label} sent an answer that is none: {reason}", **where)
    return ModelUnavailableError(f"{peer.label} broke off the connection", **where)
