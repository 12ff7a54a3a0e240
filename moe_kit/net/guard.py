"""Which hosts and addresses a tool may speak to."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

import anyio
import msgspec

import moe_kit.net.lazy_httpx as httpx
from moe_core.contracts.errors import ToolError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+(?:%[\w.-]+)?")  # a name or an IPv4 address | an IPv6 address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Cloud machines read their own credentials here; some of these addresses count as public or as merely private.
_METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in (
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)


class NetPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What may be reached.

    Attributes:
        allow: Hosts: "example.org", "*.example.org" (its sub-domains), "example.org:8443". Without a port
            the scheme's own port is meant. None allows every public host.
        allow_private: "host:port" entries whose address may be private, loopback or link-local.
        remedy: What to write where to allow a host; "{host}" stands for it.
    """

    allow: tuple[str, ...] | None = None
    allow_private: tuple[str, ...] = ()
    remedy: str = ""


def check_url(url: str | httpx.URL, policy: NetPolicy) -> httpx.URL:
    """Check everything about a URL that can be told without the network.

    Raises:
        ToolError: Not http or https, no host, credentials inside, or a host that is not allowed.
    """
    parsed = parse_url(url)
    if parsed.scheme not in _DEFAULT_PORTS:
        raise ToolError(f"only http and https URLs are fetched, not {parsed.scheme or 'a URL without scheme'!r}")
    if not parsed.host:
        raise ToolError("the URL names no host")
    if not _HOST.fullmatch(_bare_host(parsed)) or not 0 < _port(parsed) < 1 << 16:
        raise ToolError("the URL's host or port is malformed", hint="it must read https://host/path")
    if parsed.userinfo:
        raise ToolError(f"the URL for {name_host(parsed)} holds credentials", hint="send them in a header")
    if policy.allow is not None and not any(_is_match(parsed, entry) for entry in policy.allow):
        remedy = policy.remedy.replace("{host}", _remedy_host(parsed))
        raise ToolError(f"host {name_host(parsed)} is not allowed", hint=remedy or None)
    return parsed


def parse_url(url: str | httpx.URL) -> httpx.URL:
    """The URL as a value.

    Raises:
        ToolError: It is no URL.
    """
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise ToolError("the URL is malformed", hint="it must read https://host/path") from error


def name_host(url: httpx.URL) -> str:
    """Host and port for messages; paths and queries may hold secrets and are left out."""
    return url.netloc.decode("ascii")


def endpoint_of(url: httpx.URL) -> str:
    """The URL's "host:port", as `NetPolicy.allow_private` wants it."""
    host = _bare_host(url)
    return f"[{host}]:{_port(url)}" if ":" in host else f"{host}:{_port(url)}"


async def resolve_checked(url: httpx.URL, policy: NetPolicy) -> list[str]:
    """Look the host up once; every address must be one that may be reached.

    Returns:
        The addresses to connect to, in the resolver's order. Connect to these and not to the name:
        a second lookup could answer differently.

    Raises:
        ToolError: The host is unknown, or one of its addresses is not public.
    """
    host, port = _bare_host(url), _port(url)
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ToolError(
            f"host {host} was not found", retryable=True, hint="check the name and the network connection"
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise ToolError(f"host {host} has no address", retryable=True)
    if not _is_private_allowed(url, policy.allow_private):
        _refuse_private(host, addresses, endpoint_of(url))
    return addresses


def why_not_public(address: str) -> str | None:
    """Why an IP address must not be reached from a URL that came from outside, or None when it is public."""
    ip = _embedded(ipaddress.ip_address(address.partition("%")[0]))
    if ip in _METADATA:
        return "a cloud metadata address"
    kinds = (
        ("an unspecified address", ip.is_unspecified),
        ("a loopback address", ip.is_loopback),
        ("a link-local address", ip.is_link_local),
        ("a multicast address", ip.is_multicast),
        ("a private address", ip.is_private or (isinstance(ip, IPv6Address) and ip.is_site_local)),
        ("a reserved address", ip.is_reserved or not ip.is_global),
    )
    return next((kind for kind, applies in kinds if applies), None)


def _embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, where it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _refuse_private(host: str, addresses: Iterable[str], endpoint: str) -> None:
    for address in addresses:
        reason = why_not_public(address)
        if reason is not None:
            raise ToolError(
                f"host {host} is {reason}, which may not be reached",
                hint=f"if that is meant, add {endpoint!r} to the tool's settings.allow_private in config/tools.yaml",
            )


def _bare_host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").strip("[]").lower().rstrip(".")


def _port(url: httpx.URL) -> int:
    return _DEFAULT_PORTS.get(url.scheme, 0) if url.port is None else url.port


def _remedy_host(url: httpx.URL) -> str:
    return _bare_host(url) if _port(url) == _DEFAULT_PORTS[url.scheme] else endpoint_of(url)


def _parse_entry(entry: str) -> httpx.URL:
    text = entry.strip()
    try:
        if "/" in text or "@" in text or not text:
            raise ValueError
        # A scheme of its own keeps the port even where it is a well-known one.
        return httpx.URL(f"moe://{text}")
    except (httpx.InvalidURL, ValueError) as error:
        raise ToolError(
            f"settings: {entry!r} is no host", hint="write example.org, *.example.org or example.org:8443"
        ) from error


def _is_match(url: httpx.URL, entry: str) -> bool:
    is_wildcard = entry.strip().startswith("*.")
    pattern = _parse_entry(entry.strip().removeprefix("*."))
    wanted_port = pattern.port or _DEFAULT_PORTS[url.scheme]
    if wanted_port != _port(url):
        return False
    host, wanted = _bare_host(url), _bare_host(pattern)
    return host.endswith(f".{wanted}") if is_wildcard else host == wanted


def _is_private_allowed(url: httpx.URL, entries: Iterable[str]) -> bool:
    """Exact host and port only: no wildcard opens a private network."""
    patterns = [_parse_entry(entry) for entry in entries]
    return any(_bare_host(entry) == _bare_host(url) and entry.port == _port(url) for entry in patterns)
