"""Where a model server is: one form for the many ways in which people write its address."""

import ipaddress
import re
from dataclasses import dataclass

import httpx

from moe_core.contracts.errors import ConfigError

_VERSION = re.compile(r"v\d+[a-z0-9]*")
_PORT_MAX = 65_535
_ENDPOINT = re.compile(r"/(chat/completions|completions|embeddings|models)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
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
        url = httpx.URL(self.root)
        return url.scheme, self.host, url.port or (443 if url.scheme == "https" else 80)


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
        url = httpx.URL(text if "://" in text else f"http://{text}")
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _unfit(where, "is no address") from error
    if url.userinfo:
        raise _unfit(where, "holds a user name or password", hint="put the key into an environment variable instead")
    if url.scheme not in ("http", "https") or not url.host:
        raise _unfit(where, "is no http or https address")
    if url.port is not None and not 0 < url.port <= _PORT_MAX:
        raise _unfit(where, f"has the port {url.port}, and ports go from 1 to {_PORT_MAX}")
    host = _dialable(url.host)
    origin = str(url.copy_with(host=host, path="/", query=None, fragment=None)).rstrip("/")
    path = _ENDPOINT.sub("", url.path.rstrip("/"))
    if path.rsplit("/", 1)[-1] in ("v1", "api"):
        root = f"{origin}{path.rsplit('/', 1)[0]}"
        api = f"{root}/v1"
    else:
        root = f"{origin}{path}"
        has_version = any(_VERSION.fullmatch(segment) for segment in path.split("/"))
        api = root if has_version else f"{root}/v1"
    return ServerAddress(root=root, api=api, host=host.lower(), is_loopback=is_loopback(host))


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
