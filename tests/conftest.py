"""Fixtures for every test."""

import importlib.util
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from moe_core import Retriever

LEXICAL = Path(__file__).parents[1] / "plugins" / "retrievers" / "lexical.py"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def retriever() -> Retriever:
    """The bundled lexical retriever, from its own file."""
    spec = importlib.util.spec_from_file_location("lexical_under_test", LEXICAL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.moe_retrievers()[0]()


# A real HTTP server on loopback that does what a test tells it.


@dataclass
class LocalServer:
    """Routes by path, and the requests that came."""

    port: int
    routes: dict[str, tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]] = field(
        default_factory=dict
    )
    seen: list[dict] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.endpoint}"

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Send a byte now and then, for ever."""
        handler.send_response(200)
        handler.end_headers()
        while not self.stopped.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        self.seen.append(
            {
                "method": handler.command,
                "path": handler.path,
                "headers": {name.lower(): value for name, value in handler.headers.items()},
                "body": handler.rfile.read(length),
            }
        )
        route = self.routes.get(handler.path.partition("?")[0], (404, {}, b""))
        if callable(route):
            route(handler)
            return
        status, headers, body = route
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def start_server() -> Iterator[Callable[[], LocalServer]]:
    running: list[tuple[ThreadingHTTPServer, LocalServer, threading.Thread]] = []

    def start() -> LocalServer:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                try:
                    server.answer(self)
                except OSError:
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815

            def log_message(self, *arguments: object) -> None:
                pass

        http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        http_server.handle_error = lambda *arguments: None  # the client may leave in the middle
        server = LocalServer(port=http_server.server_address[1])
        thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((http_server, server, thread))
        return server

    yield start
    for http_server, server, thread in running:
        server.stopped.set()
        http_server.shutdown()
        http_server.server_close()
        thread.join()


@pytest.fixture
def server(start_server: Callable[[], LocalServer]) -> LocalServer:
    return start_server()
