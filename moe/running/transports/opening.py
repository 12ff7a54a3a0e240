"""From an address to what takes it: a transport, or a register of further addresses."""

from contextlib import suppress
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.running.transports.security import find_tls
from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.errors import RequestError
from moe_core.contracts.plugin import Entry, Kind
from moe_core.contracts.transports import Transport, TransportPlace
from moe_core.loading.registry import Registry
from moe_core.text.secrets import remember_secret
from moe_kit.secrets.resolver import resolve_setting

WORKERS = "workers"
"""The scheme of moe's own record: `workers://` stands for all workers in it that do the tasks."""
_DIRECT = ("http", "https", "grpc", "inproc")
_WITH_TOKENS = ("nats", "tls")  # of which a login without a password is one
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def open_transport(registry: Registry, url: str, encryption: EncryptionPlace = IN_THE_OPEN) -> Transport:
    """One end of a transport, not begun.

    Args:
        registry: Where transports are looked up.
        url: The address, or where it is (`vault:PATH#KEY`); its scheme says which.
        encryption: By what certificates.

    Raises:
        RequestError: It is no address, or no transport has that scheme; near ones are named.
        SecretError: There is no address where it refers to.
    """
    schemes = _list_schemes(registry, Kind.TRANSPORT)
    said, url = url, find_address(url)
    place = TransportPlace(url=url, tls=find_tls(encryption))
    opened: Transport = _find(schemes, url, "transport", said=said).value(place)
    return opened


def open_discovery(registry: Registry, url: str) -> WorkerRegister | None:
    """A register of addresses, not asked; None for an address that is itself one of a worker or broker.

    Raises:
        RequestError: It is no address, or nothing has that scheme; near ones are named.
    """
    discoveries = _list_schemes(registry, Kind.DISCOVERY)
    said, url = url, find_address(url)
    entry = _find({**_list_schemes(registry, Kind.TRANSPORT), **discoveries}, url, "transport or discovery", said=said)
    if entry not in discoveries.values():
        return None
    opened: WorkerRegister = entry.value(TransportPlace(url=url))
    return opened


def is_record(url: str) -> bool:
    """Whether an address stands for the workers in moe's own record."""
    return url.partition(":")[0].lower() == WORKERS


def find_address(url: str) -> str:
    """An address that is said, or referred to; the password in it is shown nowhere.

    Raises:
        SecretError: There is none where it refers to.
    """
    address = resolve_setting(url, setting="an agent's address")
    with suppress(ValueError):  # it is no address, which is told elsewhere
        parts = urlsplit(address)
        token = parts.username if parts.scheme.lower() in _WITH_TOKENS else ""
        remember_secret(parts.password or token or "")
    return address


def hide_secrets(url: str) -> str:
    """An address without its password, for people; who stands there alone may be a token, and is left out as well."""
    parts = urlsplit(url)
    login, mark, host = parts.netloc.rpartition("@")
    if not mark:
        return url
    user, mark, _ = login.partition(":")
    return parts._replace(netloc=f"{user}:…@{host}" if mark else f"…@{host}").geturl()


def leave_out_login(url: str) -> str:
    """An address without user and password, for registers: whoever reads it there has a login of their own, or none."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def is_direct(url: str) -> bool:
    """Whether an address is that of the process itself, not of a broker between."""
    return urlsplit(url).scheme.lower() in _DIRECT


def is_here(url: str) -> bool:
    """Whether an address is that of a process on this machine."""
    return is_direct(url) and (url.startswith("inproc:") or urlsplit(url).hostname in _LOOPBACK)


def _list_schemes(registry: Registry, kind: Kind) -> dict[str, Entry[Any]]:
    return {scheme: entry for entry in registry.catalog(kind) for scheme in entry.capabilities}


def _find(schemes: dict[str, Entry[Any]], url: str, what: str, *, said: str) -> Entry[Any]:
    scheme, mark, rest = url.partition("://")
    if not mark or not rest:
        raise RequestError(f"{said!r} is no address", hint="write one as http://HOST:PORT")
    entry = schemes.get(scheme.lower())
    if entry is None:
        near = get_close_matches(scheme.lower(), schemes, n=3)
        told = ", ".join(f"{name} ({_introduce(schemes[name])})" for name in near or sorted(schemes))
        raise RequestError(
            f"no {what} takes addresses of the scheme {scheme!r}",
            hint=f"{'did you mean' if near else 'there are'} {told}{'?' if near else ''}",
        )
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        raise RequestError(f"{said!r} is no address: {error}", hint="write one as http://HOST:PORT") from error
    return entry


def _introduce(entry: Entry[Any]) -> str:
    extra = getattr(entry.value, "extra", "")
    return f"{entry.kind} {entry.name}{f', moe-core[{extra}]' if extra else ''}"
