"""Whether anything listens at a port of this machine."""

import socket
from urllib.parse import urlsplit

_SECONDS = 0.05  # this machine takes or refuses within microseconds; what takes longer is a port that keeps silent


def is_shut(url: str) -> bool:
    """Whether connections to an address of this machine are refused; False when there is no telling.

    It blocks, for so short a time that a thread would take longer.
    """
    parts = urlsplit(url)
    try:
        socket.create_connection(
            (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), timeout=_SECONDS
        ).close()
    except TimeoutError:
        return False
    except OSError:
        return True
    return False
