"""Sessions of browsers: a cookie that stands for a key or user for some hours, without holding it."""

import hashlib
import hmac
import time
from dataclasses import dataclass

from moe.server.keys.file import ServerTable
from moe.server.keys.key import ApiKey, find_key_id, hash_secret, make_secret

COOKIE = "moe_session"
_SECONDS = 12 * 3600  # a day of work: a browser that was left open is nobody's the next morning
_NOTHING = hash_secret("")
# Those that are over, so that the file does not grow.
_FORGET = """
    DELETE FROM sessions
    WHERE expires <= ? OR key_id NOT IN (SELECT key_id FROM keys UNION SELECT user_id FROM users)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession:
    """A session that goes on.

    Attributes:
        session_id: The part of its cookie by which it is found.
        key_id: The key or user that it stands for.
        expires: Unix time in seconds.
        csrf_token: What requests that change something must send too, which pages of other sites cannot read.
    """

    session_id: str
    key_id: str
    expires: float
    csrf_token: str

    def fits(self, token: str) -> bool:
        """Whether that is its token; takes as long for any other."""
        return hmac.compare_digest(self.csrf_token.encode(), token.encode("utf-8", "replace"))


class SessionStore(ServerTable):
    """The sessions, of which SHA-256 alone is kept."""

    def begin(self, key: ApiKey, seconds: float = _SECONDS) -> tuple[BrowserSession, str]:
        """Begin a session of a key or user, of so long at most; the cookie's value, which is kept nowhere, with it.

        Raises:
            StorageError: It cannot be kept.
        """
        now = time.time()
        secret, session_id = make_secret()
        expires = min(now + seconds, key.expires or float("inf"))
        self._file.write(_FORGET, now)
        self._file.write(
            "INSERT INTO sessions VALUES (?, ?, ?, ?)", session_id, hash_secret(secret), key.key_id, expires
        )
        token = _derive_token(secret)
        return BrowserSession(session_id=session_id, key_id=key.key_id, expires=expires, csrf_token=token), secret

    def find(self, secret: str) -> BrowserSession | None:
        """The session of a cookie; None where there is none, or it is over."""
        session_id = find_key_id(secret)
        rows = self._file.read("SELECT digest, key_id, expires FROM sessions WHERE session_id = ?", session_id)
        digest, key_id, expires = rows[0] if rows else (_NOTHING, "", 0.0)
        if not hmac.compare_digest(digest, hash_secret(secret)) or time.time() >= expires:
            return None
        return BrowserSession(session_id=session_id, key_id=key_id, expires=expires, csrf_token=_derive_token(secret))

    def end(self, session_id: str) -> None:
        """Have a session count no more."""
        self._file.write("DELETE FROM sessions WHERE session_id = ?", session_id)


def _derive_token(secret: str) -> str:
    """The token of a cookie: whoever knows the token still does not know the cookie."""
    return hashlib.sha256(b"csrf " + secret.encode("utf-8", "replace")).hexdigest()
