"""The keys that there are."""

import time
from collections.abc import Sequence

from moe.server.keys.file import ServerFile, ServerTable
from moe.server.keys.key import ApiKey, find_key_id, hash_secret, make_secret
from moe_core.contracts.errors import NameUnknownError, RequestError

_INSERT = """
    INSERT INTO keys (key_id, name, digest, scopes, rate, concurrency, created, expires, budget)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT = "SELECT key_id, name, digest, scopes, rate, concurrency, created, expires, budget FROM keys"
_NOBODY = ApiKey(key_id="", name="", digest=hash_secret(""), scopes=(), created=0.0)


class KeyStore(ServerTable):
    """The keys, kept in memory for as long as nobody changes them."""

    def __init__(self, file: ServerFile) -> None:
        super().__init__(file)
        self._seen = -1
        self._had_keys = False
        self._keys: dict[str, ApiKey] = {}

    def create(
        self,
        name: str,
        *,
        scopes: Sequence[str],
        rate: str = "",
        concurrency: int = 0,
        budget: str = "",
        expires: float | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key; the key itself, which is kept nowhere, with it.

        Raises:
            RequestError: There is one of that name.
            StorageError: It cannot be kept.
        """
        secret, key_id = make_secret()
        key = ApiKey(
            key_id=key_id,
            name=name,
            digest=hash_secret(secret),
            scopes=tuple(scopes),
            rate=rate,
            concurrency=concurrency,
            budget=budget,
            created=time.time(),
            expires=expires,
        )
        if any(known.name == name for known in self.list_keys()):
            raise RequestError(f"there is a key named {name!r}", hint=f"moe keys revoke {name}, or take another name")
        values = (key_id, name, key.digest, " ".join(scopes), rate, concurrency, key.created, expires, budget)
        self._write(_INSERT, *values)
        return key, secret

    def list_keys(self) -> list[ApiKey]:
        """All keys, oldest first; also those whose time is up."""
        self._refresh()
        return sorted(self._keys.values(), key=lambda key: key.created)

    def revoke(self, name: str) -> ApiKey:
        """Have a key count no more.

        Args:
            name: Its name, or the part of it by which it is found.

        Raises:
            NameUnknownError: There is none.
        """
        keys = self.list_keys()
        key = next((key for key in keys if name in (key.name, key.key_id)), None)
        if key is None:
            raise NameUnknownError("key", name, hint=f"there are: {', '.join(key.name for key in keys) or 'none'}")
        self._write("DELETE FROM keys WHERE key_id = ?", key.key_id)
        return key

    def find(self, secret: str) -> ApiKey | None:
        """Whose key that is; None for nobody's."""
        self._refresh()
        key = self._keys.get(find_key_id(secret), _NOBODY)
        return key if key.fits(secret) and key is not _NOBODY else None

    def find_by_id(self, key_id: str) -> ApiKey | None:
        """The key of that id; None where there is none any more."""
        self._refresh()
        return self._keys.get(key_id)

    def has_keys(self) -> bool:
        """Whether there is any."""
        self._refresh()
        return bool(self._keys)

    def had_keys(self) -> bool:
        """Whether there is any, or this store has seen one since it was made."""
        self._refresh()
        return self._had_keys

    def _refresh(self) -> None:
        """Read the keys again if another process has changed them."""
        version = self._file.read("PRAGMA data_version")
        if not version or version[0][0] == self._seen:
            return
        self._seen = version[0][0]
        self._keys = {
            row[0]: ApiKey(
                key_id=row[0],
                name=row[1],
                digest=row[2],
                scopes=tuple(row[3].split()),
                rate=row[4],
                concurrency=row[5],
                created=row[6],
                expires=row[7],
                budget=row[8],
            )
            for row in self._file.read(_SELECT)
        }
        self._had_keys = self._had_keys or bool(self._keys)

    def _write(self, statement: str, *values: object) -> None:
        self._file.write(statement, *values)
        self._seen = -1  # one's own changes do not count up the version
