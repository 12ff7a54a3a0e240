"""From an address to the transport that takes it."""

from difflib import get_close_matches
from urllib.parse import urlsplit

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.running.transports.security import find_tls
from moe_core.contracts.errors import RequestError
from moe_core.contracts.transports import Transport, TransportPlace
from moe_core.loading.registry import Registry

_DIRECT = ("http", "https", "grpc", "grpcs", "inproc")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def open_transport(registry: Registry, url: str, encryption: EncryptionPlace = IN_THE_OPEN) -> Transport:
    """One end of a transport, not begun.

    Args:
        registry: Where transports are looked up.
        url: The address; its scheme says which.
        encryption: By what certificates.

    Raises:
        RequestError: It is no address, or no transport has that scheme; near ones are named.
    """
    schemes = {scheme: entry for entry in registry.transports for scheme in entry.capabilities}
    scheme, mark, rest = url.partition("://")
    if not mark or not rest:
        raise RequestError(f"{url!r} is no address", hint="write one as http://HOST:PORT")
    entry = schemes.get(scheme.lower())
    if entry is None:
        near = get_close_matches(scheme.lower(), schemes, n=3)
        names = near or sorted(schemes)
        told = ", ".join(f"{name} (transport {schemes[name].name}{_tell_extra(schemes[name].value)})" for name in names)
        raise RequestError(
            f"no transport takes addresses of the scheme {scheme!r}",
            hint=f"{'did you mean' if near else 'there are'} {told}{'?' if near else ''}",
        )
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise RequestError(f"{url!r} is no address: {error}", hint="write one as http://HOST:PORT") from error
    opened: Transport = entry.value(TransportPlace(url=url, tls=find_tls(encryption)))
    return opened


def hide_secrets(url: str) -> str:
    """An address without its password, for people."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    _, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{parts.username}:…@{host}").geturl()


def is_direct(url: str) -> bool:
    """Whether an address is that of the process itself, not of a broker between."""
    return urlsplit(url).scheme.lower() in _DIRECT


def is_here(url: str) -> bool:
    """Whether an address is that of a process on this machine."""
    return is_direct(url) and (url.startswith("inproc:") or urlsplit(url).hostname in _LOOPBACK)


def _tell_extra(transport: type[Transport]) -> str:
    return f", moe-core[{transport.extra}]" if transport.extra else ""
