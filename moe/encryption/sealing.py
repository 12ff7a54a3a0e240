"""Sealing what travels: a task to its receiver's key (JWE), and what comes back to who asked for it."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from moe.contracts.encryption import SEALED
from moe.encryption.seal_keys import SealKey, SealKeys
from moe_core.contracts.errors import RequestError, StorageError, TransportError
from moe_core.contracts.wire import JsonObject

_TO_RECEIVER = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}
_BACK = {"alg": "dir", "enc": "A256GCM"}
_ALGORITHMS = ["ECDH-ES+A256KW", "dir", "A256GCM"]
_REMEMBERED = 10_000
_LENGTH_MAX = 512 << 20  # far more than any transport takes
_NO_KEY_HINT = "moe certs list tells which keys are here; moe certs rotate makes new ones"


class SealedBox:
    """Seals for one receiver, and opens what comes back.

    What comes back is sealed by a key that travelled inside the sealed task: who can write it has opened the task.

    Args:
        keys: Those of the receivers.
        receiver: Its name.
    """

    def __init__(self, keys: SealKeys, receiver: str) -> None:
        self._keys = keys
        self._receiver = receiver
        self._secret = secrets.token_bytes(32)

    def __repr__(self) -> str:
        return f"<SealedBox for {self._receiver}>"

    def seal(self, about: JsonObject, content: JsonObject) -> JsonObject:
        """What travels in the place of some content.

        Args:
            about: What travels beside it in the open; the seal counts for that alone.
            content: The content.

        Raises:
            RequestError: The receiver has no key here that counts.
        """
        key = self._find_key()
        reply = urlsafe_b64encode(self._make_reply_key(str(about["id"]))).decode()
        text = json.dumps({"about": about, "content": content, "reply": reply}).encode()
        header = {**_TO_RECEIVER, "kid": key.key_id}
        return {SEALED: jwe.encrypt_compact(header, text, key.key, registry=_make_registry())}

    def open_reply(self, about: JsonObject, sealed: JsonObject) -> JsonObject:
        """What has come back for a task.

        Raises:
            TransportError: It is not sealed, or by somebody who has not opened the task.
        """
        token = sealed.get(SEALED)
        if not isinstance(token, str):
            raise _refuse("an answer came back that is not sealed")
        return _open(token, OctKey.import_key(self._make_reply_key(str(about["id"]))), about, "the key of this task")

    def _find_key(self) -> SealKey:
        try:
            key = self._keys.find_public(self._receiver)[0]
        except StorageError as error:
            raise RequestError(
                f"there is no key to seal tasks to {self._receiver!r}: {error.message}",
                hint=f"copy {self._receiver}.seal.pub there, or make it: moe certs new {self._receiver}",
            ) from error
        if key.is_over(time.time()):
            raise RequestError(
                f"{key.title}, to which tasks are sealed, counts no more since {_tell_day(key.until)}",
                hint=f"moe certs rotate {key.name}, and copy {key.name}.seal.pub here",
            )
        return key

    def _make_reply_key(self, envelope_id: str) -> bytes:
        """The same for each attempt at a task: what comes back for one may arrive at the next."""
        return hmac.digest(self._secret, envelope_id.encode(), hashlib.sha256)


class SealOpener:
    """Opens what is sealed to this process, and seals what it sends back.

    Args:
        keys: Where its own are.
        name: Its name.
    """

    def __init__(self, keys: SealKeys, name: str) -> None:
        self._keys = keys
        self._name = name
        self._replies: OrderedDict[str, OctKey] = OrderedDict()
        keys.find_own(name)  # so that one that is missing is told before anything is listened at

    def __repr__(self) -> str:
        return f"<SealOpener of {self._name}>"

    def open(self, about: JsonObject, sealed: JsonObject) -> JsonObject:
        """The content of a task; a reply to it can be sealed from then on.

        Raises:
            TransportError: It is not sealed, or to a key that is not here, or counts no more.
        """
        token = sealed.get(SEALED)
        if not isinstance(token, str):
            raise _refuse("tasks are taken sealed only, and this one is not", hint="set system.encryption.sealed there")
        key = self._find_key(token)
        inner = _open_whole(token, key, about)
        self._replies[str(about["id"])] = OctKey.import_key({"kty": "oct", "k": inner["reply"].rstrip("=")})
        while len(self._replies) > _REMEMBERED:
            self._replies.popitem(last=False)
        content: JsonObject = inner["content"]
        return content

    def seal_reply(self, about: JsonObject, content: JsonObject) -> JsonObject | None:
        """What travels back in the place of some content; None for a task that was never opened."""
        key = self._replies.get(str(about["id"]))
        if key is None:
            return None
        text = json.dumps({"about": about, "content": content}).encode()
        return {SEALED: jwe.encrypt_compact(_BACK, text, key, registry=_make_registry())}

    def _find_key(self, token: str) -> SealKey:
        wanted = _read_key_id(token)
        try:
            known = self._keys.find_own(self._name)
        except StorageError as error:
            raise _refuse(f"it is sealed, and there is nothing to open it with: {error.message}") from error
        key = next((one for one in known if one.key_id == wanted), None)
        if key is None:
            here = ", ".join(one.key_id for one in known)
            raise _refuse(f"it is sealed to the key {wanted}, which is none of {self._name!r}: there are {here}")
        if key.is_over(time.time()):
            raise _refuse(f"it is sealed to {key.title}, which counts no more since {_tell_day(key.until)}")
        return key


def _read_key_id(token: str) -> str:
    try:
        part = token.partition(".")[0]
        return str(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))["kid"])
    except (ValueError, TypeError, KeyError) as error:
        raise _refuse(f"what it is sealed in cannot be read: {error}") from error


def _make_registry() -> jwe.JWERegistry:
    """What may be sealed and opened: with one algorithm each way, and at any length."""
    registry = jwe.JWERegistry(algorithms=_ALGORITHMS)
    registry.max_ciphertext_length = _LENGTH_MAX
    return registry


def _open_whole(token: str, key: SealKey, about: JsonObject) -> JsonObject:
    return _decrypt(token, key.key, about, key.title)


def _open(token: str, key: OctKey, about: JsonObject, title: str) -> JsonObject:
    content: JsonObject = _decrypt(token, key, about, title)["content"]
    return content


def _decrypt(token: str, key: object, about: JsonObject, title: str) -> JsonObject:
    try:
        found = jwe.decrypt_compact(token, key, registry=_make_registry())  # type: ignore[arg-type]
        inner: JsonObject = json.loads(found.plaintext or b"")
    except (JoseError, ValueError, TypeError) as error:
        raise _refuse(f"it cannot be opened with {title}: {type(error).__name__}") from error
    if inner.get("about") != about:
        raise _refuse(f"what was opened with {title} was sealed for something else")
    return inner


def _refuse(what: str, *, hint: str = _NO_KEY_HINT) -> TransportError:
    return TransportError(what, reason="refused", hint=hint)


def _tell_day(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
