"""The issuer of tokens: what it says of itself, and its keys, which are kept for a while."""

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from moe.contracts.oidc_settings import OidcSettings
from moe.server.addresses import is_loopback
from moe.server.problems import ProblemError
from moe_core.contracts.errors import RequestError

_WELL_KNOWN = "/.well-known/openid-configuration"
_TIMEOUT_SECONDS = 5.0
_BYTES_MAX = 1_048_576
_KEYS_MAX = 100
_RSA_BITS_MIN = 2048
_STALE_SECONDS = 86_400.0  # keys that were right count so much longer while the issuer is away
_AGAIN_SECONDS = 5.0  # so long after a failure it is not asked again
_RETRY_AFTER = {"retry-after": "5"}


class IssuerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an issuer says of itself: its discovery document, as far as it matters here."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    end_session_endpoint: str = ""


class OidcIssuer:
    """Asks an issuer, seldom.

    Args:
        settings: Which one, and how long its word is kept.

    Raises:
        RequestError: The settings name no address that can be trusted, or a file that vouches for nobody.
    """

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._base = settings.issuer.rstrip("/")
        if not _is_trustworthy(settings.issuer):
            raise RequestError(
                f"server.oidc.issuer {settings.issuer!r} is no address of an issuer",
                hint="write it as its tokens have it, beginning with https:// (http:// on this machine only)",
            )
        self._verify = _read_authorities(settings.ca_file)
        self._facts: IssuerFacts | None = None
        self._keys: tuple[Key, ...] = ()
        self._fetched = self._failed = -_STALE_SECONDS * 2
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"<OidcIssuer {self._base}, {len(self._keys)} keys>"

    async def describe(self) -> IssuerFacts:
        """What it says of itself.

        Raises:
            ProblemError: It cannot be reached, or says something else than an issuer does.
        """
        await self._renew(is_urgent=False)
        assert self._facts is not None
        return self._facts

    async def find_keys(self, key_id: str | None) -> tuple[Key, ...]:
        """Its keys of that id, all of them without one; those that are new are looked for, seldom.

        Raises:
            ProblemError: It cannot be reached, or says something else than an issuer does.
        """
        await self._renew(is_urgent=False)
        found = self._choose(key_id)
        if not found:
            await self._renew(is_urgent=True)
            found = self._choose(key_id)
        return found

    async def post_form(self, address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """What it answers to a form, as JSON.

        Raises:
            ProblemError: It cannot be reached, or refuses.
        """
        async with self._open() as client:
            return await self._ask(client, "POST", address, data=dict(form), headers=dict(headers))

    def _choose(self, key_id: str | None) -> tuple[Key, ...]:
        return tuple(key for key in self._keys if key_id is None or key.kid == key_id)

    async def _renew(self, *, is_urgent: bool) -> None:
        """Look at its keys again, when they are old, or one is missing and the last look is not just over."""
        async with self._lock:
            now = time.monotonic()
            age = now - self._fetched
            wanted = age >= self._settings.keys_seconds or (is_urgent and age >= self._settings.refetch_seconds)
            if not wanted:
                return
            is_usable = self._facts is not None and age < self._settings.keys_seconds + _STALE_SECONDS
            if is_usable and now - self._failed < _AGAIN_SECONDS:
                return
            try:
                await self._fetch()
            except ProblemError:
                self._failed = now
                if not is_usable:
                    raise
                return
            self._fetched = now

    async def _fetch(self) -> None:
        async with self._open() as client:
            told = await self._ask(client, "GET", self._base + _WELL_KNOWN)
            try:
                facts = msgspec.convert(told, IssuerFacts)
            except msgspec.ValidationError as error:
                raise _tell_away(f"its discovery document is none: {error}") from error
            if facts.issuer != self._settings.issuer:
                raise _tell_away(f"its discovery document is that of {facts.issuer!r}")
            places = (facts.jwks_uri, facts.authorization_endpoint, facts.token_endpoint, facts.end_session_endpoint)
            wrong = [place for place in places if place and not _is_trustworthy(place)]
            if wrong:
                raise _tell_away(f"its discovery document leads to {wrong[0]!r}, which is no https")
            keys = read_keys(await self._ask(client, "GET", facts.jwks_uri))
        self._facts, self._keys = facts, keys

    def _open(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, verify=self._verify, follow_redirects=False)

    async def _ask(self, client: httpx.AsyncClient, method: str, address: str, **more: Any) -> Any:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS), client.stream(method, address, **more) as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _BYTES_MAX:
                        raise _tell_away(f"{address} answers with more than {_BYTES_MAX:,} bytes")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise _tell_away(f"{address}: {type(error).__name__} {error}".rstrip()) from error
        if answer.status_code == httpx.codes.BAD_REQUEST and method == "POST":
            raise ProblemError(
                "token", "the login does not count", hint="log in again", reason=f"{address} refused: {body[:300]!r}"
            )
        if not answer.is_success:
            raise _tell_away(f"{address} answers with {answer.status_code}")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _tell_away(f"{address} answers with no JSON") from error


def read_keys(told: object) -> tuple[Key, ...]:
    """The keys of a set (JWKS) with which signatures can be checked; those of any other use are left out."""
    entries = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(entries, list):
        raise _tell_away("its keys are no JWKS")
    found = (_read_key(entry) for entry in entries[:_KEYS_MAX] if isinstance(entry, dict))
    return tuple(key for key in found if key is not None)


def _read_key(entry: dict[str, Any]) -> Key | None:
    operations = entry.get("key_ops")
    if entry.get("use", "sig") != "sig" or (isinstance(operations, list) and "verify" not in operations):
        return None
    public = {name: value for name, value in entry.items() if name not in ("d", "p", "q", "dp", "dq", "qi", "oth")}
    try:
        key = JWKRegistry.import_key(public)
        if not isinstance(key, RSAKey | ECKey | OKPKey):  # a shared secret proves nothing
            return None
        if isinstance(key, RSAKey) and key.raw_value.key_size < _RSA_BITS_MIN:
            return None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key


def _tell_away(reason: str) -> ProblemError:
    told = "who vouches for users cannot be asked now"
    return ProblemError("issuer_away", told, hint="try again in a while", reason=reason, headers=_RETRY_AFTER)


def _is_trustworthy(address: str) -> bool:
    """Whether nobody on the way can answer in its place."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def _read_authorities(path: str) -> ssl.SSLContext | bool:
    if not path:
        return True
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise RequestError(f"server.oidc.ca_file {path!r} cannot be used: {error}", hint="name a PEM file") from error
