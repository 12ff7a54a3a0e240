"""A TCP proxy that can be cut: what is under way hangs, as when a cable is pulled, until it is mended."""

import socket
import threading
from contextlib import suppress

_LOOK_SECONDS = 0.05


class CutProxy:
    """Hands bytes on between clients and one server on loopback.

    Args:
        port: The server's.

    Attributes:
        copied: All bytes that went through, either way.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self.copied = bytearray()
        self._is_whole = threading.Event()
        self._is_whole.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "CutProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self._is_whole.set()
        for one in (self._listener, *self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut(self) -> None:
        """Let nothing through any more."""
        self._is_whole.clear()

    def mend(self) -> None:
        """Let everything through again, also what has waited."""
        self._is_whole.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._is_whole.wait()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._hand_on, args=(source, target), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._is_whole.wait()
                self.copied += data
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
