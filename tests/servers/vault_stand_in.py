"""Vault's API before a dictionary: the KV store of version 2, logins by token, AppRole and a pod's account.

It is a stand-in, not Vault: it answers what Vault's documentation of these endpoints says, and knows no policies but
one path that no login may read.
"""

import json
import secrets
import time
from collections import Counter
from typing import Any

from loopback_server import LoopbackServer, QuietHandler

ROOT_TOKEN = "hvs.root"
ROLE = ("moe-role", "moe-secret-id")
POD_ROLE, POD_TOKEN = "moe-pod", "pod.jwt.token"
FORBIDDEN = "closed"


class VaultStandIn(LoopbackServer):
    """Listens until it is stopped.

    Attributes:
        secrets: By path below the mount `secret`.
        calls: How often each path was asked.
        is_sealed: Answer 503 to everything.
        login_seconds: How long a login counts that is not renewed.
    """

    def __init__(self, *, login_seconds: float = 3600.0) -> None:
        self.secrets: dict[str, dict[str, str]] = {}
        self.calls: Counter[str] = Counter()
        self.is_sealed = False
        self.login_seconds = login_seconds
        self._logins: dict[str, float] = {}
        stand_in = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 - as it is called
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, told = stand_in._answer(self.path, self.headers.get("x-vault-token", ""), body)
                data = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_PUT = do_GET  # noqa: N815

        super().__init__(Handler)

    def forget_logins(self) -> None:
        self._logins.clear()

    def _answer(self, path: str, token: str, body: bytes) -> tuple[int, dict[str, Any]]:
        path = path.partition("?")[0].removeprefix("/v1/")
        self.calls[path] += 1
        if self.is_sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if path in ("auth/approle/login", "auth/kubernetes/login"):
            return self._log_in(path, json.loads(body))
        if token != ROOT_TOKEN and self._logins.get(token, 0.0) < time.monotonic():
            return 403, {"errors": ["permission denied"]}
        if path == "auth/token/lookup-self":
            return 200, {"data": {"ttl": 0, "renewable": False}}
        if path == "auth/token/renew-self":
            self._logins[token] = time.monotonic() + self.login_seconds
            return 200, {"auth": self._describe(token)}
        name = path.removeprefix("secret/data/")
        if name.startswith(FORBIDDEN):
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        if name == path or name not in self.secrets:
            return 404, {"errors": []}
        return 200, {"data": {"data": self.secrets[name], "metadata": {"version": 1, "destroyed": False}}}

    def _log_in(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        is_role = path == "auth/approle/login" and (given.get("role_id"), given.get("secret_id")) == ROLE
        if not is_role and (given.get("role"), given.get("jwt")) != (POD_ROLE, POD_TOKEN):
            return 400, {"errors": ["invalid role or secret ID"]}
        token = f"hvs.{secrets.token_hex(8)}"
        self._logins[token] = time.monotonic() + self.login_seconds
        return 200, {"auth": self._describe(token)}

    def _describe(self, token: str) -> dict[str, Any]:
        return {"client_token": token, "lease_duration": self.login_seconds, "renewable": True}
