"""Letting users in whom an issuer vouches for."""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

from moe.contracts.oidc_settings import OidcSettings
from moe.server.keys.budget_text import read_budget
from moe.server.keys.callers import BrowserAdmission, UserStore
from moe.server.keys.key import ApiKey
from moe.server.keys.rate_text import read_rate
from moe.server.sign_on.issuer import OidcIssuer
from moe.server.sign_on.login import BrowserLogin
from moe.server.sign_on.tokens import TokenVerifier
from moe_core.contracts.errors import RequestError
from moe_core.text.lines import join_line

_NAME_MAX = 100
_GROUPS_MAX = 1000


class SignOn:
    """Takes the tokens of one issuer.

    Args:
        settings: Which, and what its users may.
        users: Those that have been here.
    """

    def __init__(self, settings: OidcSettings, users: UserStore) -> None:
        self.settings = settings
        self.issuer = OidcIssuer(settings)
        self.verifier = TokenVerifier(settings=settings, issuer=self.issuer)
        self._users = users
        self.login: BrowserAdmission | None = None
        if settings.client_id:
            self.login = BrowserLogin(settings=settings, issuer=self.issuer, verifier=self.verifier, take=self.take)

    def __repr__(self) -> str:
        return f"<SignOn by {self.issuer!r}>"

    @classmethod
    def open(cls, settings: OidcSettings, users: UserStore) -> Self:
        """The same, once its settings are looked at.

        Raises:
            RequestError: One is missing or wrong.
        """
        if not (settings.audience or settings.client_id):
            raise RequestError(
                "server.oidc.issuer is set, and not whom tokens must be made out to",
                hint="set server.oidc.audience, or server.oidc.client_id",
            )
        for text, read in ((settings.rate, read_rate), (settings.budget, read_budget)):
            if text:
                read(text)
        bounds = {"rate": read_rate(settings.rate)} if settings.rate else {}
        return cls(settings.model_copy(update=bounds), users)

    async def admit(self, token: str) -> ApiKey:
        """The user of a bearer token.

        Raises:
            ProblemError: It does not count.
        """
        return await self.take(await self.verifier.verify(token, self.settings.audience or self.settings.client_id))

    async def take(self, claims: Mapping[str, Any]) -> ApiKey:
        """The user of a token's claims, which have been checked; for as long as the token counts."""
        user = f"{self.settings.issuer} {claims['sub']}"
        groups = _read_groups(_find(claims, self.settings.groups_claim))
        key = await to_thread(self._users.note, user, _read_name(claims, self.settings.name_claim), groups)
        return replace(key, expires=float(claims["exp"]) + self.settings.leeway_seconds)


def _read_name(claims: Mapping[str, Any], path: str) -> str:
    """What people call the user; else what the issuer does."""
    told = _find(claims, path)
    name = join_line(told)[:_NAME_MAX].strip() if isinstance(told, str) else ""
    return name or join_line(str(claims["sub"]))[:_NAME_MAX]


def _read_groups(told: object) -> tuple[str, ...]:
    words = told.split() if isinstance(told, str) else told if isinstance(told, list) else []
    return tuple(sorted({word for word in words[:_GROUPS_MAX] if isinstance(word, str)}))


def _find(claims: Mapping[str, Any], path: str) -> object:
    """A claim by its name, else by the path to it."""
    if path in claims:
        return claims[path]
    value: object = claims
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
