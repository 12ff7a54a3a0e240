"""Whether a model server that nobody has named may be sent documents and questions: by the user's word alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from moe.trust.consents import ConsentStore
from moe.trust.listener import find_listeners
from moe.trust.ownership import name_user
from moe_core.contracts.errors import ConfigError, RequestError
from moe_kit.serving.addresses import ServerAddress, parse_address

VARIABLE = "MOE_ALLOW_SERVERS"
EVERY = "*"

Users: TypeAlias = tuple[int, ...] | None


class ServerWord(StrEnum):
    """What the user has said of a server."""

    YES = "yes"
    NO = "no"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ServerPermit:
    """What the user has said of servers: in MOE_ALLOW_SERVERS, or once, by address and whose program listens there.

    Attributes:
        consents: What was said once; None for nothing.
        environ: MOE_ALLOW_SERVERS lists addresses, parted by commas; "*" stands for any.
    """

    consents: ConsentStore | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def find_word(self, url: str) -> ServerWord:
        """What was said of the server that is there now.

        Raises:
            ConfigError: MOE_ALLOW_SERVERS lists what is no address.
        """
        address = read_address(url)
        origin = write_origin(address)
        listed = self.read_listed()
        if EVERY in listed or origin in listed:
            return ServerWord.YES
        record = self.consents.find_server(origin) if self.consents is not None else None
        if record is None or record.users != find_users(address):
            return ServerWord.NONE
        return ServerWord.YES if record.is_allowed else ServerWord.NO

    def read_listed(self) -> frozenset[str]:
        """The addresses in MOE_ALLOW_SERVERS, as `write_origin` writes them, and "*".

        Raises:
            ConfigError: One is none.
        """
        listed = [entry.strip() for entry in self.environ.get(VARIABLE, "").split(",") if entry.strip()]
        return frozenset(entry if entry == EVERY else _read_listed(entry) for entry in listed)


def _read_listed(entry: str) -> str:
    try:
        return write_origin(read_address(entry))
    except RequestError as error:
        raise ConfigError(
            f"{VARIABLE} lists {entry!r}, which is no address of a server",
            source=VARIABLE,
            hint="write it like http://127.0.0.1:8080, several parted by commas",
        ) from error


def keep_word(consents: ConsentStore, url: str, *, is_allowed: bool) -> str:
    """Remember what the user says of a server, as it is now; gives the address that it is kept for.

    Raises:
        RequestError: The address is none.
        StorageError: The user's folder cannot be written.
    """
    address = read_address(url)
    origin = write_origin(address)
    consents.keep_server(origin, find_users(address), is_allowed=is_allowed)
    return origin


def read_address(url: str) -> ServerAddress:
    """The address of a server as somebody has typed it.

    Raises:
        RequestError: It is none.
    """
    try:
        return parse_address(url, provider="")
    except ConfigError as error:
        raise RequestError(f"{url!r} is no address of a server", hint=error.hint) from error


def write_origin(address: ServerAddress) -> str:
    """Scheme, host and port; a name of this machine is its number."""
    scheme, host, port = address.origin
    return f"{scheme}://{'127.0.0.1' if host == 'localhost' else f'[{host}]' if ':' in host else host}:{port}"


def find_users(address: ServerAddress) -> Users:
    """Whose programs answer there; the user's own where nothing listens yet. None where nobody can tell."""
    if not address.is_loopback:
        return None
    users = find_listeners(address.origin[2])
    return (os.geteuid(),) if users == () else users


def describe_users(users: Users) -> str:
    """Whose a server is, in words; "" when it is the user's own or nobody can tell."""
    if not users or users == (os.geteuid(),):
        return ""
    return f", run by {' and '.join(name_user(user) for user in users)}"
