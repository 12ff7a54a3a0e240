"""Where a model server is: one form for the many ways in which people write its address."""

import ipaddress
import re
from urllib.parse import SplitResult, quote, urlsplit

import msgspec

from moe_core.contracts.errors import ConfigError

_VERSION = re.compile(r"v\d+[a-z0-9]*")
_NAME = re.compile(r"[\w.-]+")
_PORT_MAX = 65_535  # of TCP
_PORTS = {"http": 80, "https": 443}
_ENDPOINT = re.compile(r"/(chat/completions|completions|embeddings|models)$")


class ServerAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A model server's address.

    Attributes:
        root: Where the server's own endpoints begin, without a slash at the end.
        api: Where those of the OpenAI protocol begin: the root and "/v1", unless another version is in the address.
        host: Host name, lower case.
        is_loopback: The server is on this machine.
    """

    root: str
    api: str
    host: str
    is_loopback: bool

    def __str__(self) -> str:
        return self.root

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a key is for."""
        url = urlsplit(self.root)
        return url.scheme, self.host, url.port or _PORTS[url.scheme]


def parse_address(text: str, *, provider: str) -> ServerAddress:
    """Read an address with or without scheme, "/v1", "/api" or an endpoint's path at its end.

    Args:
        text: As configured, for example "localhost:8080" or "http://127.0.0.1:8080/v1/".
        provider: For messages.

    Raises:
        ConfigError: It is no http or https address, or holds a user name or password.
    """
    where = f"providers.{provider}.base_url"
    text = text.strip()
    try:
        url = urlsplit(text if "://" in text else f"http://{text}")
        _check_port(url, where)
        host, port = _read_host(url), url.port
    except ValueError as error:
        raise _unfit(where, "is no address") from error
    if url.username or url.password:
        raise _unfit(where, "holds a user name or password", hint="put the key into an environment variable instead")
    if url.scheme not in _PORTS or not host:
        raise _unfit(where, "is no http or https address")
    shown = f"[{host}]" if ":" in host else host
    origin = f"{url.scheme}://{shown}" + (f":{port}" if port not in (None, _PORTS[url.scheme]) else "")
    path = _ENDPOINT.sub("", quote(url.path, safe="/%:@!$&'()*+,;=~").rstrip("/"))
    if path.rsplit("/", 1)[-1] in ("v1", "api"):
        root = f"{origin}{path.rsplit('/', 1)[0]}"
        api = f"{root}/v1"
    else:
        root = f"{origin}{path}"
        has_version = any(_VERSION.fullmatch(segment) for segment in path.split("/"))
        api = root if has_version else f"{root}/v1"
    return ServerAddress(root=root, api=api, host=host, is_loopback=is_loopback(host))


def _check_port(url: SplitResult, where: str) -> None:
    _, colon, port = url.netloc.rpartition(":")
    if colon and port.isdecimal() and not 0 < int(port) <= _PORT_MAX:
        raise _unfit(where, f"has the port {port}, and ports go from 1 to {_PORT_MAX}")


def _read_host(url: SplitResult) -> str:
    """The host to dial, in lower case and ASCII; "" when there is none.

    Raises:
        ValueError: It is none.
    """
    host = url.hostname or ""
    if ":" in host:
        return _dialable(str(ipaddress.ip_address(host)))
    if host and not _NAME.fullmatch(host):
        raise ValueError(host)
    return _dialable(host.encode("idna").decode() if not host.isascii() else host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _dialable(host: str) -> str:
    """Servers are told to listen on "any address"; a client has to name one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound


def _unfit(where: str, what: str, *, hint: str = 'write it like "http://127.0.0.1:8080"') -> ConfigError:
    return ConfigError(f"{where} {what}", source="config/providers.yaml", key=where, hint=hint)
