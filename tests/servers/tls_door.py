"""A door that demands certificates, before a server that knows none: it stands for a broker's own TLS listener."""

import socket
import ssl
import threading
from contextlib import suppress

from moe_core.contracts.transports import TransportTls
from moe_kit.net.own_certificate import make_tls_context

_HOST = "127.0.0.1"
_LENGTH_BYTES = 4  # before each of Kafka's answers


class TlsDoor:
    """A listener on loopback that lets in who shows a certificate of its authority's.

    Args:
        tls: What it shows.
        kafka: The port of the broker in the open that it leads to. Kafka's answers say where the broker is, and the
            door says itself instead. None: it hangs up on whoever has come in, after the first words.

    Attributes:
        port: Where it listens.
        shown: Who came in, by the names on their certificates.
        heard: The first words of each that came in, where it leads nowhere.
        refused: Why others did not.
    """

    def __init__(self, tls: TransportTls, *, kafka: int | None = None) -> None:
        self._context = make_tls_context(tls, is_server=True)
        self._kafka = kafka
        self.shown: list[str] = []
        self.heard: list[bytes] = []
        self.refused: list[str] = []
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server((_HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "TlsDoor":
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                threading.Thread(target=self._let_in, args=(client,), daemon=True).start()

    def _let_in(self, client: socket.socket) -> None:
        try:
            inside = self._context.wrap_socket(client, server_side=True)
        except OSError as error:
            self.refused.append(str(error))
            client.close()
            return
        self._sockets.append(inside)
        names = dict(pair for [pair] in (inside.getpeercert() or {}).get("subject", ()))
        self.shown.append(names["commonName"])
        if self._kafka is None:
            with suppress(OSError), inside:
                self.heard.append(inside.recv(65_536))
            return
        broker = socket.create_connection((_HOST, self._kafka))
        self._sockets.append(broker)
        threading.Thread(target=self._bring_answers, args=(broker, inside), daemon=True).start()
        with suppress(OSError, ssl.SSLError):
            while data := inside.recv(65_536):
                broker.sendall(data)
        with suppress(OSError):
            broker.shutdown(socket.SHUT_RDWR)

    def _bring_answers(self, broker: socket.socket, inside: ssl.SSLSocket) -> None:
        assert self._kafka is not None
        place, own = (_HOST.encode() + port.to_bytes(4, "big") for port in (self._kafka, self.port))
        with suppress(OSError, ssl.SSLError), broker.makefile("rb") as answers:
            while length := answers.read(_LENGTH_BYTES):
                answer = answers.read(int.from_bytes(length, "big"))
                inside.sendall(length + answer.replace(place, own))
        with suppress(OSError):
            inside.shutdown(socket.SHUT_RDWR)
