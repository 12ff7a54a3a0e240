"""Logins in a browser: sent to the issuer, and taken back with a code (authorization code with PKCE)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from moe.contracts.oidc_settings import OidcSettings
from moe.server.keys.key import ApiKey
from moe.server.problems import ProblemError
from moe.server.sign_on.issuer import OidcIssuer
from moe.server.sign_on.tokens import TokenVerifier, refuse_token

_BYTES = 32
_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAttempt:
    """What a browser keeps while its user is with the issuer, in a cookie of its own.

    Attributes:
        state: Comes back with the code: the browser that began is the one that comes back.
        nonce: Comes back in the token: it was made for this login.
        verifier: Proves to the issuer that who began is who redeems the code.
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def make(cls) -> "LoginAttempt":
        """A new one, which nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(_PARTS))
        return cls(state=state, nonce=nonce, verifier=verifier)

    @classmethod
    def read(cls, cookie: str) -> "LoginAttempt":
        """The one of a cookie.

        Raises:
            ProblemError: There is none.
        """
        parts = cookie.split(".")
        if len(parts) != _PARTS or not all(parts):
            raise _refuse("it was begun in no browser, or too long ago")
        return cls(state=parts[0], nonce=parts[1], verifier=parts[2])

    def write(self) -> str:
        """For the cookie."""
        return f"{self.state}.{self.nonce}.{self.verifier}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLogin:
    """Logs users in.

    Attributes:
        settings: As whom moe asks.
        issuer: Who knows the users.
        verifier: Checks what it says of them.
        take: Makes a user of that.
    """

    settings: OidcSettings
    issuer: OidcIssuer
    verifier: TokenVerifier
    take: Callable[[Mapping[str, Any]], Awaitable[ApiKey]]

    async def begin(self, back: str) -> tuple[str, str]:
        """Where a browser goes to log in, and the cookie that it keeps meanwhile.

        Args:
            back: Where it comes back to.

        Raises:
            ProblemError: The issuer is away, or knows no logins.
        """
        facts, attempt = await self.issuer.describe(), LoginAttempt.make()
        if not (facts.authorization_endpoint and facts.token_endpoint):
            raise ProblemError("issuer_away", "who vouches for users knows no logins in a browser")
        challenge = hashlib.sha256(attempt.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": self.settings.login_scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in facts.authorization_endpoint else "?"
        return f"{facts.authorization_endpoint}{mark}{urlencode(asked)}", attempt.write()

    async def finish(self, cookie: str, *, code: str, state: str, fault: str, back: str) -> ApiKey:
        """The user who has logged in.

        Args:
            cookie: Of the login that the browser began.
            code: What the issuer gives a token for.
            state: What came back with it.
            fault: What the issuer says in its place.
            back: Where the browser has come back to.

        Raises:
            ProblemError: The login is another's, over, or refused; or the issuer is away.
        """
        attempt = LoginAttempt.read(cookie)
        if not hmac.compare_digest(state.encode("utf-8", "replace"), attempt.state.encode("utf-8", "replace")):
            raise _refuse("its state is not that of this browser")
        if fault or not code:
            raise _refuse(f"the issuer says {fault[:200]!r}")
        settings = self.settings
        facts = await self.issuer.describe()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": settings.client_id,
            "code_verifier": attempt.verifier,
        }
        headers = {"accept": "application/json"}
        if settings.client_secret:
            pair = f"{quote(settings.client_id, safe='')}:{quote(settings.client_secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        told = await self.issuer.post_form(facts.token_endpoint, form, headers)
        token = told.get("id_token") if isinstance(told, dict) else None
        if not isinstance(token, str):
            raise _refuse("the issuer has sent no id_token")
        claims = await self.verifier.verify(token, settings.client_id)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise refuse_token("its nonce is not that of this login")
        if claims.get("azp", settings.client_id) != settings.client_id:
            raise refuse_token("it was made out to another program (azp)")
        return replace(await self.take(claims), expires=None)  # the session's length counts, not the token's

    async def find_way_out(self, back: str) -> str:
        """Where a browser goes to log out at the issuer too; "" where that is nowhere, or cannot be asked."""
        try:
            facts = await self.issuer.describe()
        except ProblemError:
            return ""
        if not facts.end_session_endpoint:
            return ""
        asked = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        return f"{facts.end_session_endpoint}?{urlencode(asked)}"


def _refuse(reason: str) -> ProblemError:
    return ProblemError("token", "the login does not count", hint="log in again", reason=reason)
