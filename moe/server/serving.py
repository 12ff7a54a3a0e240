"""Serving an App until somebody stops it."""

import asyncio
import errno
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from pkgutil import resolve_name

import anyio.to_thread
import uvicorn
from msgspec.structs import replace
from pydantic import ValidationError

from moe.app import App
from moe.contracts.oidc_settings import OidcSettings
from moe.contracts.server_settings import ServerSettings
from moe.server import task_log
from moe.server.addresses import is_loopback
from moe.server.application import build_application
from moe.server.audit_desk import AuditDesk
from moe.server.budgets.keeper import BudgetKeeper, open_budgets
from moe.server.collections.desk import CollectionDesk
from moe.server.collections.upload import UploadFolder
from moe.server.docs_guard import DocsGuard
from moe.server.figures.figures import ServerFigures
from moe.server.gate import Gate
from moe.server.idempotency import KeptRequests
from moe.server.keys.callers import Callers, TokenAdmission, UserStore
from moe.server.keys.file import ServerFile
from moe.server.keys.owners import RunOwners
from moe.server.keys.sessions import SessionStore
from moe.server.keys.store import KeyStore
from moe.server.pool.messages import WorkerProject
from moe.server.pool.pool import RunPool
from moe.server.run_desk import RunDesk
from moe.server.run_endings import RunEndings
from moe.server.state import ServerState
from moe.server.streams.hub import FeedHub
from moe.web.policy import find_origin
from moe.web.site import Site
from moe_core.contracts.errors import MoeError, RequestError

_THREADS = 16  # for reading the record; with workers' pipes and SQLite's own far below 60
_CLOSE_SECONDS = 1  # what connections are given once all is told
_BACKLOG = 2048
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104
# How its own paths begin, for programs and for people.
_OWN_PATHS = frozenset(
    "api v1 health problems openapi.json version mcp run _next runs compare personas graph documents metrics "
    "settings".split()
)


def choose_settings(settings: ServerSettings, said: Mapping[str, str | int]) -> ServerSettings:
    """The settings with what was said in place of some of them.

    Raises:
        RequestError: It does not fit.
    """
    try:
        return settings.model_validate({**settings.model_dump(), **said})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        option = f"--{name.replace('_', '-')}"
        raise RequestError(
            f"{said.get(name)!r} is no value for {option}", hint=f"see {option} in: moe serve --help"
        ) from error


class MoeServer(uvicorn.Server):
    """Uvicorn's server, which lets runs and streams end before their connections do."""

    def __init__(self, config: uvicorn.Config, state: ServerState, apps: Iterable[App] = ()) -> None:
        super().__init__(config)
        self._state = state
        self._apps = apps

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Keep threads few, then listen."""
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        await super().startup(sockets)
        threading.Thread(target=self._take_apps, args=(asyncio.get_running_loop(),), daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Readiness goes first, then streams get their last event, then runs their grace."""
        self._state.is_stopping = True
        self._state.hub.close()
        await self._state.pool.drain(self._state.settings.grace_seconds, is_hurried=lambda: self.force_exit)
        await self._state.pool.close()
        await self._state.desk.budgets.close()
        await super().shutdown(sockets)

    def _take_apps(self, loop: asyncio.AbstractEventLoop) -> None:
        for app in self._apps:
            if self._state.is_stopping:
                return
            with suppress(RuntimeError, CancelledError):  # the loop has ended meanwhile
                asyncio.run_coroutine_threadsafe(self._state.take(app), loop).result()


def build_state(
    app: App, project: WorkerProject, settings: ServerSettings, *, is_insecure: bool = False
) -> ServerState:
    """All that a server works with.

    Args:
        app: Reads the record.
        project: What workers open.
        settings: Those of config/server.yaml, with what the command line says.
        is_insecure: Let everybody in.

    Raises:
        RequestError: Other machines could reach it, and there are no keys.
    """
    if settings.root_path[1:].partition("/")[0] in _OWN_PATHS:
        raise RequestError(
            f"no proxy can offer the server below {settings.root_path}: its own paths begin so",
            hint="take another one, such as /moe",
        )
    file = ServerFile(app.workspace.folder, app.workspace.create)
    keys = KeyStore(file)
    place = app.find_setting(settings.budgets, setting="server.budgets")
    budgets = BudgetKeeper(open_budgets(place, app.database, file), settings.run_tokens)
    callers = Callers(keys=keys, users=UserStore(file, settings.oidc))
    secret = app.find_setting(settings.oidc.client_secret, setting="server.oidc.client_secret")
    sign_on = open_sign_on(settings.oidc.model_copy(update={"client_secret": secret}), callers.users)
    figures = ServerFigures()
    pool = RunPool(
        replace(project, tells_tasks=task_log.is_wanted()),
        workers=settings.workers or os.cpu_count() or 1,
        runs_per_worker=settings.runs_per_worker,
        max_queued=settings.max_queued,
        cancel=app.runs.cancel,
        is_recorded=partial(_is_recorded, app),
        on_end=RunEndings(figures=figures, callers=callers, budgets=budgets),
        on_task=task_log.TaskLog(callers=callers),
    )
    hub = FeedHub(app, pool)
    guard = DocsGuard(app.project, settings.docs_roots, workspace=app.workspace.folder)
    has_keys = keys.has_keys()  # looked at in any case: from then on the store knows that there were keys
    if not (is_insecure or is_loopback(settings.host) or sign_on or has_keys):
        raise RequestError(
            f"other machines can reach {settings.host}, and there are no keys",
            hint="moe keys create NAME makes one; --insecure lets everybody in",
        )
    owners = RunOwners(file)
    collections = CollectionDesk(app=app, pool=pool, guard=guard)
    UploadFolder(app.collections.store.folder).drop_left()
    desk = RunDesk(app=app, pool=pool, hub=hub, guard=guard, owners=owners, collections=collections, budgets=budgets)
    sessions = SessionStore(file)
    gate = Gate(
        settings=settings, keys=keys, sessions=sessions, callers=callers, sign_on=sign_on, is_insecure=is_insecure
    )
    return ServerState(
        app=app,
        settings=settings,
        pool=pool,
        hub=hub,
        desk=desk,
        gate=gate,
        kept=KeptRequests(),
        collections=collections,
        figures=figures,
        audit=AuditDesk(wanted=settings.audit, append=app.audit.append),
    )


def open_sign_on(settings: OidcSettings, users: UserStore) -> TokenAdmission | None:
    """What lets users in by their tokens; None where no issuer is named.

    Raises:
        RequestError: A setting is missing or wrong, or a package.
    """
    if not settings.issuer:
        return None
    try:
        admission: TokenAdmission = resolve_name("moe.server.sign_on.sign_on:SignOn").open(settings, users)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "joserfc":
            raise
        raise RequestError(
            "the package joserfc, which server.oidc needs, is not installed", hint="pip install 'moe-core[oidc]'"
        ) from error
    return admission


def _is_recorded(app: App, run_id: str) -> bool:
    try:
        return app.runs.get_summary(run_id).run_id == run_id
    except MoeError:
        return False


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        RequestError: Somebody else does there, or the address is none of this machine's.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        taken = f"something listens there already; moe serve --port {port + 1}"
        hint = taken if error.errno == errno.EADDRINUSE else "name another --host or --port"
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise RequestError(f"cannot listen on {host}:{port}: {reason}", hint=hint) from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or a short answer waits for the next packet
    listening.setblocking(False)
    return listening


def check_certificate(settings: ServerSettings) -> None:
    """Look whether a certificate and its key can be served with.

    Raises:
        RequestError: A file cannot be read, is none, or the two do not belong together.
    """
    if not settings.certificate:
        if settings.client_authority:
            told = "clients are to show certificates, and the server shows none"
            raise RequestError(told, hint="name its own: --certificate FILE; or leave server.client_authority empty")
        if settings.certificate_key:
            raise RequestError("a certificate's key is named without a certificate", hint="name it: --certificate FILE")
        return
    named = " and ".join(filter(None, (settings.certificate, settings.certificate_key)))
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.certificate, settings.certificate_key or None, password=_refuse_password)
    except ssl.SSLError as error:
        reason = (error.reason or "no certificate is in it").replace("_", " ").lower()
        raise RequestError(
            f"{named}: no certificate with its key: {reason}",
            hint="name PEM files: --certificate FILE --certificate-key FILE",
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RequestError(f"{named} cannot be read: {reason}", hint="name PEM files that moe may read") from error
    try:
        if settings.client_authority:
            context.load_verify_locations(settings.client_authority)
    except (OSError, ValueError) as error:
        raise RequestError(
            f"{settings.client_authority} vouches for nobody: {error}", hint="server.client_authority names a PEM file"
        ) from error


def _refuse_password() -> str:
    """Nobody can be asked while the server begins."""
    raise ValueError("the key is locked by a password")


def serve(
    app: App,
    project: WorkerProject,
    settings: ServerSettings,
    tell: Callable[[str], None],
    *,
    is_insecure: bool = False,
    later_apps: Iterable[App] = (),
) -> None:
    """Serve until a signal comes.

    Args:
        app: The project's.
        project: What workers open.
        settings: The server's.
        tell: Told, in one line, where it listens.
        is_insecure: Let everybody in.
        later_apps: Those that count in place of the first, each from when it comes; waited for in a thread.

    Raises:
        RequestError: It cannot listen there, its certificate is none, or nothing would be recorded.
    """
    if not app.config.system.record:
        raise RequestError("a server needs the record of runs", hint="set system.record to true")
    check_certificate(settings)
    state = build_state(app, project, settings, is_insecure=is_insecure)
    site = Site.load(settings.root_path, images_from=find_origin(settings.map_tiles))
    listening = open_socket(settings.host, settings.port)
    config = uvicorn.Config(
        build_application(state, site),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSE_SECONDS,
        h11_max_incomplete_event_size=65_536,
        ssl_certfile=settings.certificate or None,
        ssl_keyfile=settings.certificate_key or None,
        ssl_ca_certs=settings.client_authority or None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if settings.client_authority else ssl.CERT_NONE,
    )
    server = MoeServer(config, state, later_apps)
    host, port = listening.getsockname()[:2]
    scheme = "https" if settings.certificate else "http"
    tell(f"moe serves {scheme}://{f'[{host}]' if ':' in host else host}:{port}{settings.root_path}")
    if site.is_absent:
        tell("its page was not installed with it; the API works")
    else:
        near = "localhost" if host in _ANY_ADDRESS else f"[{host}]" if ":" in host else host
        tell(f"open {scheme}://{near}:{port}{settings.root_path}/ in a browser")
    with suppress(KeyboardInterrupt):  # the signal that stopped it, which comes again once it has
        server.run(sockets=[listening])
    tell("moe has stopped")
