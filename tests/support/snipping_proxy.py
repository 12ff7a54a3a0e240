"""A TCP proxy that snips streams of events off at given lengths, one after another, and lets all else through."""

import socket
import threading
from collections.abc import Iterable
from contextlib import suppress

_ASKED = b"/events"


class SnippingProxy:
    """Hands bytes on between clients and one server on loopback.

    Args:
        port: The server's.
        lengths: Bytes of each stream of events that come through, its head included, before the connection ends; once
            they are used up, streams are let through.

    Attributes:
        port: Its own.
        snipped: Streams that were cut.
    """

    def __init__(self, port: int, lengths: Iterable[int]) -> None:
        self._target = port
        self._lengths = iter(lengths)
        self._turn = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.snipped = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "SnippingProxy":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                left: list[int] = []  # of the stream that this connection carries
                threading.Thread(target=self._ask, args=(client, server, left), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client, left), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                if _ASKED in data.split(b"\r\n", 1)[0]:
                    with self._turn:
                        left[:] = [length] if (length := next(self._lengths, None)) is not None else []
                server.sendall(data)
        _end(client, server)

    def _answer(self, server: socket.socket, client: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                if left and len(data) >= left[0]:
                    client.sendall(data[: left[0]])
                    self.snipped += 1
                    break
                if left:
                    left[0] -= len(data)
                client.sendall(data)
        _end(client, server)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
