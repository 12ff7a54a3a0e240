"""Fixtures for every test."""

import importlib.util
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from faulty_server import FaultyServer
from llama_server import LlamaServer, why_not_here
from moe_core import Retriever
from network_guard import NetworkGuard
from ollama_stand_in import OllamaStandIn
from otlp_collector import OtlpCollector
from postgres_server import find_programs, run_postgres
from tiny_reader import write_tiny_reader
from vault_stand_in import ROLE, VaultStandIn
from virtual_time import VirtualTime

# How long an example takes depends on what else the machine does, and how many draws are thrown away on luck: neither
# is a failure. In CI the examples are the same every time.
settings.register_profile(
    "moe",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize="CI" in os.environ,
)
settings.load_profile("moe")

# Close reading costs each question some tenths of a second: tests of it, and of answers as users get them, turn it on.
os.environ.setdefault("MOE_SYSTEM__CLOSE_READING", "false")

LEXICAL = Path(__file__).parents[1] / "plugins" / "retrievers" / "lexical.py"


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | tuple[str, dict[str, Any]]:
    """The event loop; in virtual time for a test that is marked so."""
    if request.node.get_closest_marker("virtual_time") is None:
        return "asyncio"
    return VirtualTime().install(monkeypatch)


@pytest.fixture(scope="session", autouse=True)
def _hearing_signals() -> None:
    """Have processes that tests start hear Ctrl-C and hang-ups, also where the tests run in the background or nohup."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is signal.SIG_IGN:
        signal.signal(hang_up, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def _network_guard() -> Iterator[NetworkGuard]:
    with NetworkGuard().installed() as guard:
        yield guard


@pytest.fixture(autouse=True)
def no_network(_network_guard: NetworkGuard) -> Iterator[NetworkGuard]:
    """A test that reaches out to another machine fails, also when the error that it meets is caught.

    Loopback and sockets in files are free. It holds this process's Python sockets in all threads; a process that a
    test starts is not held, nor is what opens sockets of its own in C.
    """
    _network_guard.attempts.clear()
    yield _network_guard
    if _network_guard.attempts:
        pytest.fail(f"this test reached out to another machine: {'; '.join(_network_guard.attempts)}")


@pytest.fixture(autouse=True)
def _trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Projects that tests make count without a word; tests of trust itself take this back."""
    monkeypatch.setenv("MOE_TRUST", os.path.abspath(os.sep))


@pytest.fixture(scope="session")
def retriever() -> Retriever:
    """The bundled lexical retriever, from its own file."""
    spec = importlib.util.spec_from_file_location("lexical_under_test", LEXICAL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.moe_retrievers()[0]()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL database of these tests' own."""
    if find_programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="moe-postgres-") as name:  # pytest's own folders are the tester's alone
        base = Path(name)
        base.chmod(0o711)
        with run_postgres(base / "server") as address:
            yield address


@pytest.fixture(scope="session")
def tiny_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a reader model that knows who did what to which building, and when; leave it as it is."""
    return write_tiny_reader(tmp_path_factory.mktemp("reader") / "tiny")


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


# A real llama.cpp server with a tiny model, once for all tests of a process: leave it running. `start_tiny_server`
# starts one that a test may kill, fill or lock. See tests/servers/README.md.


@pytest.fixture(scope="session")
def _llama_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., LlamaServer]]:
    if reason := why_not_here():
        pytest.skip(reason)
    started: list[LlamaServer] = []

    def start(**options) -> LlamaServer:
        server = LlamaServer(tmp_path_factory.mktemp("llama"), **options)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def tiny_server(_llama_servers: Callable[..., LlamaServer]) -> LlamaServer:
    """Answers with a sentence, or with JSON by a schema."""
    return _llama_servers()


@pytest.fixture(scope="session")
def tiny_thinking_server(_llama_servers: Callable[..., LlamaServer]) -> LlamaServer:
    """Thinks aloud before each answer."""
    return _llama_servers(habit="think")


@pytest.fixture(scope="session")
def tiny_tool_server(_llama_servers: Callable[..., LlamaServer]) -> LlamaServer:
    """Calls a tool whenever it is offered one."""
    return _llama_servers(habit="tool")


@pytest.fixture
def start_tiny_server(_llama_servers: Callable[..., LlamaServer]) -> Iterator[Callable[..., LlamaServer]]:
    """Starts a server of the test's own: habit=, context_tokens=, answer_tokens_max=, slots=, api_key=, model=."""
    started: list[LlamaServer] = []

    def start(**options) -> LlamaServer:
        started.append(_llama_servers(**options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


# A server that misbehaves as planned; `start_faulty_server(speaks="openai")` for more than one or for one API alone.


@pytest.fixture
def start_faulty_server() -> Iterator[Callable[..., FaultyServer]]:
    started: list[FaultyServer] = []

    def start(**options) -> FaultyServer:
        started.append(FaultyServer(**options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def faulty_server(start_faulty_server: Callable[..., FaultyServer]) -> FaultyServer:
    """Speaks OpenAI's and Ollama's API."""
    return start_faulty_server()


@pytest.fixture
def dead_url() -> Iterator[str]:
    """Where nothing listens, and nothing else will while the test runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


# Ollama's API before a tiny server. It is a stand-in, not Ollama.


@pytest.fixture
def start_ollama_stand_in(tiny_server: LlamaServer) -> Iterator[Callable[..., OllamaStandIn]]:
    """Starts one of the test's own: behind=tiny_thinking_server, default_context_tokens=, parameters=."""
    started: list[OllamaStandIn] = []

    def start(behind: LlamaServer = tiny_server, **options) -> OllamaStandIn:
        started.append(OllamaStandIn(behind, **options))
        return started[-1]

    yield start
    for stand_in in started:
        stand_in.stop()


@pytest.fixture
def ollama_stand_in(start_ollama_stand_in: Callable[..., OllamaStandIn]) -> OllamaStandIn:
    return start_ollama_stand_in()


# Vault's API before a dictionary. It is a stand-in, not Vault.


@pytest.fixture
def vault_stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultStandIn]:
    """Named in the environment, with an AppRole that may ask it."""
    for name in [name for name in os.environ if name.startswith("VAULT_")]:
        monkeypatch.delenv(name)
    stand_in = VaultStandIn()
    monkeypatch.setenv("VAULT_ADDR", stand_in.url)
    for name, value in zip(("VAULT_ROLE_ID", "VAULT_SECRET_ID"), ROLE, strict=True):
        monkeypatch.setenv(name, value)
    yield stand_in
    stand_in.stop()


# A collector of spans, which decodes what OpenTelemetry sends.


@pytest.fixture
def otlp_collector() -> Iterator[OtlpCollector]:
    collector = OtlpCollector()
    yield collector
    collector.stop()
