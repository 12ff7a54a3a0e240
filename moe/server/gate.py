"""Who is let in: by which name they call the server, from which page, with which key."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import cookie_parser

from moe.contracts.server_settings import ServerSettings
from moe.server.addresses import LOOPBACK, is_address, is_loopback
from moe.server.keys.access import Access
from moe.server.keys.callers import Callers, TokenAdmission, is_token
from moe.server.keys.key import ApiKey
from moe.server.keys.rates import RateLimits
from moe.server.keys.sessions import COOKIE, BrowserSession, SessionStore
from moe.server.keys.store import KeyStore
from moe.server.problems import ProblemError

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_WITHOUT_TOKEN = frozenset(("GET", "HEAD"))
SESSION_PATH = "/api/v1/session"
LOGIN_PATH = "/api/v1/login"
OPEN_PATHS = ("/health/", "/version", "/api/v1/version", "/problems/", "/openapi.json", LOGIN_PATH)
_WANTS_KEY = {"www-authenticate": "Bearer"}
_OPEN = Access()
_PLACE = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9._-]{0,252}))(?::(?P<port>\d{1,5}))?", re.ASCII)
_PORT_MAX = 65_535
_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The server's door.

    Attributes:
        settings: The server's.
        keys: Those that there are.
        sessions: Cookies that stand for keys and users.
        callers: Whose keys and users' ids are.
        sign_on: Takes users' tokens; None where no issuer vouches for any.
        is_insecure: Whether everybody is let in, whatever keys there are.
        rates: What keys and addresses have asked.
    """

    settings: ServerSettings
    keys: KeyStore
    sessions: SessionStore
    callers: Callers
    sign_on: TokenAdmission | None = None
    is_insecure: bool = False
    rates: RateLimits = field(default_factory=RateLimits)

    @property
    def demands_keys(self) -> bool:
        """Whether nobody is let in without a key: once there has been one, where others reach it, or with an issuer.

        That the last key is revoked never opens a server.
        """
        is_reached = self.sign_on is not None or not is_loopback(self.settings.host)
        return not self.is_insecure and (is_reached or self.keys.had_keys())

    async def admit(
        self, *, method: str, path: str, headers: Mapping[str, str], address: str, is_page: bool = False
    ) -> tuple[Access, dict[str, str]]:
        """What a request may do, and headers for its answer.

        Args:
            method: The request's.
            path: Its path, without the server's own.
            headers: Its headers.
            address: Where it comes from.
            is_page: It gets a file of the page, which is open to all that may reach the server.

        Raises:
            ProblemError: It is not let in.
        """
        self._check_host(headers.get("host", ""))
        self._check_origin(method, headers.get("origin", ""), headers.get("host", ""))
        is_open = is_page or path.startswith(OPEN_PATHS)
        if is_open and not path.startswith(LOGIN_PATH):
            return _OPEN, {}
        begins = path == SESSION_PATH and method == "POST"  # with a key that may be in its body: see `admit_key`
        is_asked = self.demands_keys and not (begins or is_open)
        access = await self._find_access(method, headers) if is_asked else _OPEN
        told: dict[str, str] = {}
        if self.settings.rate:
            told = await self.rates.count(f"address {address}", self.settings.rate)
        if access.key is not None and access.key.rate:
            told = await self._count(access.key)
        return access, told

    async def admit_key(self, secret: str) -> ApiKey:
        """The key, or the user of a token, that a session begins with.

        Raises:
            ProblemError: It is none, or not let in.
        """
        key = await self._find_caller(secret)
        if key.rate:
            await self._count(key)
        return key

    async def _count(self, key: ApiKey) -> dict[str, str]:
        return await self.rates.count(f"key {key.key_id}", key.rate)

    def _check_host(self, host: str) -> None:
        """Refuse names that are not the server's: a page elsewhere may have its own name lead to this machine."""
        name = _read_place(host)[0]
        allowed = {known.lower() for known in (self.settings.host, *self.settings.allowed_hosts)}
        if name and (name in allowed or "*" in allowed or name in LOOPBACK):
            return
        if self.settings.host not in LOOPBACK and is_address(name):
            return
        raise ProblemError(
            "host", f"the server is not known as {host!r}" if host else "no host is named", hint="server.allowed_hosts"
        )

    def _check_origin(self, method: str, origin: str, host: str) -> None:
        """Refuse what pages of other sites would have done."""
        if not origin or method in _SAFE or origin in self.settings.allowed_origins:
            return
        scheme, _, place = origin.partition("://")
        usual = _PORTS.get(scheme.lower(), "")
        if not usual or _read_place(place, usual) != _read_place(host, usual):
            raise ProblemError("origin", f"a page of {origin!r} may not do this", hint="server.allowed_origins")

    async def _find_access(self, method: str, headers: Mapping[str, str]) -> Access:
        secret = read_secret(headers)
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        if secret or not cookie:  # a key goes before a cookie
            return Access(key=await self._find_caller(secret))
        session = self.sessions.find(cookie)
        key = self.callers.find_by_id(session.key_id) if session else None
        if session is None or key is None:
            hint = f"POST {SESSION_PATH} with a key begins another one"
            raise ProblemError("session_over", "there is no such session, or it is over", hint=hint, headers=_WANTS_KEY)
        _refuse_expired(key)
        _check_token(method, headers, session)
        return Access(key=key, session=session)

    async def _find_caller(self, secret: str) -> ApiKey:
        if self.sign_on is not None and is_token(secret):
            return await self.sign_on.admit(secret)
        return self._find_key(secret)

    def _find_key(self, secret: str) -> ApiKey:
        if self.sign_on is None and self.demands_keys and not self.keys.has_keys():
            code = "key_unknown" if secret else "key_missing"
            hint = "on the server's machine, moe keys create NAME makes one"
            raise ProblemError(code, "no key is left, so that nobody is let in", hint=hint, headers=_WANTS_KEY)
        if not secret:
            hint = "send the header authorization: Bearer KEY; moe keys create NAME makes one"
            raise ProblemError("key_missing", "a key is needed", hint=hint, headers=_WANTS_KEY)
        key = self.keys.find(secret)
        if key is None:
            raise ProblemError("key_unknown", "no such key, or it is revoked", headers=_WANTS_KEY)
        _refuse_expired(key)
        return key


def read_secret(headers: Mapping[str, str]) -> str:
    """The key that a request's headers name; "" for none."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")


def _refuse_expired(key: ApiKey) -> None:
    if key.is_over(time.time()):
        raise ProblemError("key_expired", f"the time of the key {key.name!r} is up", headers=_WANTS_KEY)


def _check_token(method: str, headers: Mapping[str, str], session: BrowserSession) -> None:
    """Refuse what a page of another site may have a browser send with its cookie."""
    token = headers.get("x-csrf-token", "")
    if method in _WITHOUT_TOKEN or session.fits(token):
        return
    detail = "the token is not this session's" if token else "a request by cookie needs its session's token"
    hint = f"send the csrf_token of GET {SESSION_PATH} as X-CSRF-Token"
    raise ProblemError("csrf", detail, hint=hint)


def _read_place(text: str, usual: str = "") -> tuple[str, str]:
    """The name and port of a Host header or an origin, with the usual port where none is said; ("", "") for neither."""
    found = _PLACE.fullmatch(text.lower())
    if found is None or int(found["port"] or 0) > _PORT_MAX:
        return "", ""
    return found["name"].strip("[]"), found["port"] or usual
