"""Why an address cannot be listened at, in one line with what to do."""

import errno
import socket

from moe_core.contracts.errors import TransportError

_HINTS = {
    errno.EADDRINUSE: "is something else listening there? name another port",
    errno.EADDRNOTAVAIL: "name an address of this machine, or 0.0.0.0 for all of them",
    errno.EACCES: "name a port above 1023",
}


def open_door(host: str, port: int, *, address: str, backlog: int = 1) -> socket.socket:
    """A socket that listens.

    Args:
        host: Of this machine.
        port: There.
        address: The same, as people know it.
        backlog: Connections that wait to be taken.

    Raises:
        TransportError: It cannot be listened at; why, and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=backlog)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (while")[0]
        hint = _HINTS.get(error.errno or 0)
        raise TransportError(f"{address} cannot be listened at: {why}", address=address, hint=hint) from error
