"""Who asks the server: keys, and users that an issuer of tokens vouches for."""

import json
import re
import time
from dataclasses import dataclass
from typing import Protocol

from moe.contracts.oidc_settings import OidcSettings
from moe.server.keys.file import ServerFile, ServerTable
from moe.server.keys.key import SCOPES, ApiKey, make_secret
from moe.server.keys.store import KeyStore

EVERYBODY = "*"
_TOKEN = re.compile(r"[\w-]+\.[\w-]*\.[\w-]*", re.ASCII)
_REMEMBERED = 1000  # users, so that not every request reads the file
_NO_SECRET = b""
_SELECT = "SELECT user_id, user, name, groups FROM users"
_INSERT = "INSERT INTO users (user_id, user, name, groups, seen) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


class BrowserAdmission(Protocol):
    """Logs users in with a browser, at the issuer."""

    async def begin(self, back: str) -> tuple[str, str]:
        """Where a browser goes to log in, and the cookie that it keeps meanwhile."""
        ...

    async def finish(self, cookie: str, *, code: str, state: str, fault: str, back: str) -> ApiKey:
        """The user who has logged in."""
        ...

    async def find_way_out(self, back: str) -> str:
        """Where a browser goes to log out at the issuer too; "" for nowhere."""
        ...


class TokenAdmission(Protocol):
    """Lets users in by their tokens.

    Attributes:
        login: Logs them in with a browser; None where moe has no name at the issuer.
    """

    login: BrowserAdmission | None

    async def admit(self, token: str) -> ApiKey:
        """The user of a token.

        Raises:
            ProblemError: It does not count.
        """
        ...


def is_token(secret: str) -> bool:
    """Whether something looks like a signed token, as no key of moe does."""
    return _TOKEN.fullmatch(secret) is not None


class UserStore(ServerTable):
    """The users that have been here, with the groups that they had then.

    Args:
        file: Where they are kept.
        settings: What groups may, and what bounds a user.
    """

    def __init__(self, file: ServerFile, settings: OidcSettings) -> None:
        super().__init__(file)
        self._settings = settings
        self._seen: dict[tuple[str, str, tuple[str, ...]], ApiKey] = {}
        self._by_id: dict[str, ApiKey] = {}

    def note(self, user: str, name: str, groups: tuple[str, ...]) -> ApiKey:
        """Keep who is here.

        Args:
            user: The issuer and its name for the user, which stay the same.
            name: The user's, for people.
            groups: The user's, now.

        Raises:
            StorageError: It cannot be kept.
        """
        known = self._seen.get((user, name, groups))
        if known is not None:
            return known
        told, now = json.dumps(groups), time.time()
        self._file.write(_INSERT, make_secret()[1], user, name, told, now)
        self._file.write("UPDATE users SET name = ?, groups = ?, seen = ? WHERE user = ?", name, told, now, user)
        found = self._remember(self._file.read(f"{_SELECT} WHERE user = ?", user)[0])
        self._seen[user, name, groups] = found
        return found

    def find_by_id(self, user_id: str) -> ApiKey | None:
        """The user of that id, as last seen; None for nobody's."""
        known = self._by_id.get(user_id)
        if known is None:
            rows = self._file.read(f"{_SELECT} WHERE user_id = ?", user_id)
            known = self._remember(rows[0]) if rows else None
        return known

    def _remember(self, row: tuple[str, str, str, str]) -> ApiKey:
        if len(self._by_id) >= _REMEMBERED:
            self._by_id.clear()
            self._seen.clear()
        user_id, user, name, groups = row
        key = ApiKey(
            key_id=user_id,
            name=name,
            digest=_NO_SECRET,
            scopes=find_scopes(self._settings, json.loads(groups)),
            rate=self._settings.rate,
            concurrency=self._settings.concurrency,
            budget=self._settings.budget,
            created=0.0,
            user=user,
        )
        self._by_id[user_id] = key
        return key


def find_scopes(settings: OidcSettings, groups: list[str]) -> tuple[str, ...]:
    """What somebody of those groups may."""
    given = {scope for group in (EVERYBODY, *groups) for scope in settings.scopes.get(group, ())}
    return tuple(scope for scope in SCOPES if scope in given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """All of them.

    Attributes:
        keys: The keys.
        users: The users.
    """

    keys: KeyStore
    users: UserStore

    def find_by_id(self, caller_id: str) -> ApiKey | None:
        """The key or user of that id; None where there is none any more."""
        return self.keys.find_by_id(caller_id) or self.users.find_by_id(caller_id)
