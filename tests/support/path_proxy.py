"""A small reverse proxy that offers a server below a path of its own, and nothing else."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

_HOP = frozenset(
    "connection keep-alive transfer-encoding te trailer upgrade proxy-authorization content-length".split()
)


@contextmanager
def offer_below(path: str, server: str) -> Iterator[str]:
    """Offer the server at `http://127.0.0.1:PORT/path`; the path is cut off before it is asked.

    Args:
        path: Such as /tools/moe.
        server: The server's address.
    """

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            if not self.path.startswith(f"{path}/"):
                self.send_error(404, "nothing of moe's is here")
                return
            length = int(self.headers.get("content-length", 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            request = client.build_request(
                self.command,
                f"{server}{self.path.removeprefix(path)}",
                headers=headers,
                content=self.rfile.read(length),
            )
            answer = client.send(request, stream=True)
            flowing.append(answer)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in _HOP:
                    self.send_header(name, value)
            if answer.status_code in (204, 304):  # which have no body, not even an empty one in pieces
                self.end_headers()
                answer.close()
                return
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            self._pass_back(answer)

        def _pass_back(self, answer: httpx.Response) -> None:
            try:
                for piece in answer.iter_raw():
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")
            except (OSError, httpx.TransportError):
                self.close_connection = True
            finally:
                answer.close()

        do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _pass_on  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    class Proxy(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Browsers leave connections as they like."""

    flowing: list[httpx.Response] = []
    with httpx.Client(timeout=60, trust_env=False) as client, Proxy(("127.0.0.1", 0), Door) as proxy:
        proxy.daemon_threads = True
        thread = Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{proxy.server_port}{path}"
        proxy.shutdown()
        thread.join()
        _break_off([answer for answer in flowing if not answer.is_closed])


def _break_off(answers: list[httpx.Response]) -> None:
    """End the streams that still flow, and wait until those who pass them on have noticed."""
    for answer in answers:
        with suppress(OSError):
            answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
    until = time.monotonic() + 5
    while not all(answer.is_closed for answer in answers) and time.monotonic() < until:
        time.sleep(0.02)
