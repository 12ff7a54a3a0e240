"""A key, or a user in its place: whose it is, what it may, how long."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

RUNS_READ = "runs:read"
RUNS_WRITE = "runs:write"
TOOLS_RUN = "tools:run"
ADMIN = "admin"
SCOPES = (RUNS_READ, RUNS_WRITE, TOOLS_RUN, ADMIN)
USUAL_SCOPES = (RUNS_READ, RUNS_WRITE)

_MARK = "moe"
_ID_BYTES = 6
_SECRET_BYTES = 32  # 256 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of a key; the key itself is not.

    Attributes:
        key_id: The part of it by which it is found.
        name: Whose it is.
        digest: SHA-256 of the whole.
        scopes: What it may.
        rate: Requests that it may make, as "60/minute"; "" for any number.
        concurrency: Runs that it may have at once; 0 for any number.
        budget: What it may have models read and write, as "tokens=1000000/day"; "" for any number.
        created: Unix time in seconds.
        expires: The same; None for never.
        user: Whom it stands for where it is no key, but a user that an issuer vouches for: the issuer and its name
            for the user; "" for a key.
    """

    key_id: str
    name: str
    digest: bytes
    scopes: tuple[str, ...]
    rate: str = ""
    concurrency: int = 0
    budget: str = ""
    created: float
    expires: float | None = None
    user: str = ""

    @property
    def title(self) -> str:
        """Who it is, in a sentence."""
        return f"the {'user' if self.user else 'key'} {self.name!r}"

    @property
    def account(self) -> str:
        """Under which its tokens are counted, the same on every machine."""
        return f"user {self.user}" if self.user else self.key_id

    def fits(self, secret: str) -> bool:
        """Whether that is this key; takes as long for any other."""
        return hmac.compare_digest(self.digest, hash_secret(secret))

    def is_over(self, now: float) -> bool:
        """Whether its time is up."""
        return self.expires is not None and now >= self.expires


def make_secret() -> tuple[str, str]:
    """A new key, and the part of it by which it is found."""
    key_id = secrets.token_hex(_ID_BYTES)
    return f"{_MARK}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}", key_id


def hash_secret(secret: str) -> bytes:
    """What is kept of a key: it has so many bits that a plain hash tells nothing."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def find_key_id(secret: str) -> str:
    """The part by which a key is found; "" when it is none."""
    mark, _, rest = secret.partition("_")
    return rest.partition("_")[0] if mark == _MARK else ""
