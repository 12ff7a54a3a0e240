"""HashiCorp Vault: values of its key-value store (version 2), by a token, an AppRole or a pod's account.

Where it is and who asks stand in the environment alone, by Vault's own names: no project's settings can send a login
elsewhere.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import hvac
from hvac import exceptions
from requests import RequestException

from moe_core.contracts.errors import SecretError

_LOG = logging.getLogger("moe.secrets")
KEPT_SECONDS = 300.0
"""After so long a value is read again: a changed key counts within that time."""
_TIMEOUT_SECONDS = 5
_RENEW_SHARE = 2 / 3  # of a login's time
_RENEW_AGAIN_SECONDS = 15.0  # when Vault was away
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_VARIABLES = (
    *("VAULT_ADDR", "VAULT_NAMESPACE", "VAULT_CACERT", "VAULT_TOKEN"),
    *("VAULT_ROLE_ID", "VAULT_SECRET_ID", "VAULT_K8S_ROLE", "VAULT_K8S_TOKEN_FILE"),
)
_AWAY = (RequestException, exceptions.VaultDown, exceptions.InternalServerError, exceptions.BadGateway)
_LOGIN_HINT = "set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or VAULT_K8S_ROLE"

T = TypeVar("T")


def open_vault(setting: str) -> "Vault":
    """The Vault that the environment names; one of it for all of a process.

    Raises:
        SecretError: It names none.
    """
    given = {name: os.environ[name] for name in _VARIABLES if os.environ.get(name)}
    if "VAULT_ADDR" not in given:
        raise SecretError(
            f"{setting} refers to Vault, and nothing says where it is", hint="export VAULT_ADDR=https://vault:8200"
        )
    return _open(tuple(given.items()))


@lru_cache(maxsize=8)
def _open(given: tuple[tuple[str, str], ...]) -> "Vault":
    return Vault(dict(given))


class Vault:
    """One Vault and who asks it: logs in when it is first asked, and keeps what it has read.

    Args:
        given: The environment's variables about it.
        clock: Seconds that only grow.
    """

    def __init__(self, given: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._given = given
        self._clock = clock
        self._client: Any = None
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}
        self._lock = threading.RLock()
        self._is_renewing = False

    def __repr__(self) -> str:
        return f"<Vault at {self.address}, {len(self._kept)} kept>"

    @property
    def address(self) -> str:
        """Where it is, without anything secret."""
        return self._given["VAULT_ADDR"].rpartition("@")[2]

    def read(self, path: str, key: str, *, setting: str) -> str:
        """A value of a secret; the one read last while Vault cannot be asked.

        Args:
            path: The store's mount and the secret's path in it, as secret/moe/models.
            key: Which value of the secret.
            setting: Who wants it, for messages.

        Raises:
            SecretError: There is none, or Vault refuses or cannot be asked and never was.
        """
        with self._lock:
            kept = self._kept.get((path, key))
            if kept is not None and self._clock() < kept[1]:
                return kept[0]
            try:
                value = self._ask(path, key, setting)
            except _AWAY as error:
                told = f"Vault at {self.address} cannot be asked: {_name(error)}"
                if kept is None:
                    failure = SecretError(f"{setting}: {told}", hint="does it run, and is it unsealed?")
                    failure.retryable = True
                    raise failure from error
                _LOG.warning("%s; %s keeps what it was", told, setting)
                value = kept[0]
            self._kept[path, key] = (value, self._clock() + KEPT_SECONDS)
            return value

    def _ask(self, path: str, key: str, setting: str) -> str:
        mount, _, rest = path.partition("/")
        client = self._find_client(setting)
        read = client.secrets.kv.v2.read_secret_version
        try:
            try:
                told = read(path=rest, mount_point=mount, raise_on_deleted_version=True)
            except exceptions.Forbidden:  # a login whose time is over is told in the same way
                client = self._log_in(setting)
                told = client.secrets.kv.v2.read_secret_version(
                    path=rest, mount_point=mount, raise_on_deleted_version=True
                )
        except exceptions.InvalidPath as error:
            raise SecretError(
                f"{setting}: Vault has no secret at {path}", hint=f"put it there: vault kv put {path} {key}=…"
            ) from error
        except exceptions.Forbidden as error:
            raise SecretError(
                f"{setting}: Vault does not let this login read {path}",
                hint=f'its policy needs path "{mount}/data/{rest}" {{ capabilities = ["read"] }}',
            ) from error
        except exceptions.InvalidRequest as error:
            raise SecretError(
                f"{setting}: Vault refuses to read {path}",
                hint="the path begins with the mount of a KV store, version 2",
            ) from error
        values = told["data"]["data"]
        if not isinstance(values.get(key), str):
            there = ", ".join(sorted(values)) or "nothing"
            raise SecretError(f"{setting}: the secret {path} of Vault has no text {key!r}", hint=f"it has {there}")
        return str(values[key])

    def _find_client(self, setting: str) -> Any:
        return self._client if self._client is not None else self._log_in(setting)

    def _log_in(self, setting: str) -> Any:
        """A client with a login of now.

        Raises:
            SecretError: Vault refuses it, or there is none to make.
        """
        given = self._given
        client = hvac.Client(
            url=given["VAULT_ADDR"],
            namespace=given.get("VAULT_NAMESPACE"),
            verify=given.get("VAULT_CACERT", True),
            timeout=_TIMEOUT_SECONDS,
        )
        client.token = ""  # none of a file in the user's home
        try:
            login = self._send_login(client, setting)
        except (exceptions.InvalidRequest, exceptions.Forbidden, exceptions.Unauthorized) as error:
            raise SecretError(f"{setting}: Vault refuses the login", hint=_LOGIN_HINT) from error
        self._client = client
        if login.get("renewable") and login.get("lease_duration") and not self._is_renewing:
            self._is_renewing = True
            seconds = float(login["lease_duration"])
            threading.Thread(target=self._renew, args=(seconds,), name="vault-login", daemon=True).start()
        return client

    def _send_login(self, client: Any, setting: str) -> Mapping[str, Any]:
        given = self._given
        if "VAULT_ROLE_ID" in given:
            login = client.auth.approle.login(role_id=given["VAULT_ROLE_ID"], secret_id=given.get("VAULT_SECRET_ID"))
        elif "VAULT_K8S_ROLE" in given:
            account = Path(given.get("VAULT_K8S_TOKEN_FILE", _ACCOUNT))
            try:
                token = account.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SecretError(
                    f"{setting}: the pod's account cannot be read at {account}",
                    hint="mount it (automountServiceAccountToken), or name it with VAULT_K8S_TOKEN_FILE",
                ) from error
            login = client.auth.kubernetes.login(role=given["VAULT_K8S_ROLE"], jwt=token)
        elif "VAULT_TOKEN" in given:
            client.token = given["VAULT_TOKEN"]
            told = client.auth.token.lookup_self()["data"]
            return {"renewable": told.get("renewable"), "lease_duration": told.get("ttl")}
        else:
            raise SecretError(f"{setting}: nothing says who asks Vault", hint=_LOGIN_HINT)
        auth: Mapping[str, Any] = login["auth"]
        return auth

    def _renew(self, seconds: float) -> None:
        """Keep the login alive; once it is over, whoever reads next logs in anew."""
        while True:
            time.sleep(seconds * _RENEW_SHARE)
            try:
                auth = self._client.auth.token.renew_self()["auth"]
            except _AWAY as error:
                _LOG.warning("Vault at %s does not renew the login: %s", self.address, _name(error))
                seconds = _RENEW_AGAIN_SECONDS
                continue
            except exceptions.VaultError:
                break
            seconds = float(auth["lease_duration"])
            if not auth.get("renewable") or not seconds:
                break
        with self._lock:
            self._client, self._is_renewing = None, False


def _name(error: Exception) -> str:
    """What kind of failure; its words may repeat an address with a password."""
    return type(error).__name__
