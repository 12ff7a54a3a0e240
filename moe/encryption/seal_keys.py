"""Keys that tasks are sealed to: each name has one in use, and the one before it for a while."""

import json
import time
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from moe.contracts.certificates import CertificateNote
from moe.encryption.certificate_files import CertificateFiles
from moe_core.contracts.errors import StorageError

_ID_LENGTH = 16
_DAY = 86_400.0
OVERLAP_DAYS = 7.0  # that the key before counts once there is a new one: others change over meanwhile


class SealKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key, or its public half.

    Attributes:
        name: Whose.
        key_id: Its own.
        until: Unix time in seconds, until which it counts.
        key: The key.
    """

    name: str
    key_id: str
    until: float
    key: OKPKey

    @property
    def title(self) -> str:
        """Which it is, in a sentence."""
        return f"the key {self.key_id} of {self.name!r}"

    def is_over(self, now: float) -> bool:
        """Whether its time is up."""
        return now >= self.until


class SealKeys:
    """The keys in a folder."""

    def __init__(self, files: CertificateFiles) -> None:
        self._files = files

    def __repr__(self) -> str:
        return f"<SealKeys in {self._files.folder}>"

    def renew(self, name: str, *, days: float) -> CertificateNote:
        """Make a key; the one before counts for some days more.

        Raises:
            StorageError: A file cannot be read or written.
        """
        now = time.time()
        path = self._files.seal(name)
        known = self.find_own(name) if path.exists() else []
        kept = [msgspec.structs.replace(one, until=min(one.until, now + OVERLAP_DAYS * _DAY)) for one in known[:1]]
        key = OKPKey.generate_key("X25519", private=True)
        fresh = SealKey(name=name, key_id=key.thumbprint()[:_ID_LENGTH], until=now + days * _DAY, key=key)
        keys = [fresh, *(one for one in kept if not one.is_over(now))]
        self._files.write(path, _write(keys, is_private=True), is_secret=True)
        self._files.write(self._files.public_seal(name), _write(keys, is_private=False), is_secret=False)
        return _describe(fresh, str(path), is_newest=True)

    def find_own(self, name: str) -> list[SealKey]:
        """The keys with which a name opens what is sealed to it, the newest first.

        Raises:
            StorageError: There are none, or they cannot be read.
        """
        path = self._files.seal(name)
        return _read(name, path, self._files.read(path), is_private=True)

    def find_public(self, name: str) -> list[SealKey]:
        """What others know of them, the newest first.

        Raises:
            StorageError: There is nothing, or it cannot be read.
        """
        path = self._files.public_seal(name)
        return _read(name, path, self._files.read(path), is_private=False)

    def list_keys(self) -> list[CertificateNote]:
        """All that are known here.

        Raises:
            StorageError: A file cannot be read.
        """
        found = []
        for path in sorted(self._files.folder.glob("*.seal.pub")):
            keys = self.find_public(path.name.removesuffix(".seal.pub"))
            found += [_describe(key, str(path), is_newest=place == 0) for place, key in enumerate(keys)]
        return found


def _write(keys: list[SealKey], *, is_private: bool) -> bytes:
    told = [{**key.key.as_dict(private=is_private), "kid": key.key_id, "exp": round(key.until)} for key in keys]
    return json.dumps({"keys": told}, indent=1).encode() + b"\n"


def _read(name: str, path: object, data: bytes, *, is_private: bool) -> list[SealKey]:
    try:
        entries: list[dict[str, Any]] = json.loads(data)["keys"]
        keys = [
            SealKey(name=name, key_id=str(one["kid"]), until=float(one["exp"]), key=OKPKey.import_key({**one}))
            for one in entries
        ]
    except (ValueError, TypeError, KeyError, JoseError) as error:
        raise StorageError(f"{path} holds no keys of moe's: {error}", hint=f"moe certs rotate {name}") from error
    if not keys or any(key.key.is_private != is_private for key in keys):
        what = "no key that opens anything" if is_private else "keys that are nobody else's to have"
        raise StorageError(f"{path} holds {what}", hint=f"moe certs rotate {name}")
    return keys


def _describe(key: SealKey, path: str, *, is_newest: bool) -> CertificateNote:
    return CertificateNote(
        name=key.name, kind="seal", number=key.key_id, until=key.until, is_newest=is_newest, path=path
    )
