"""An issuer of tokens on loopback: discovery, keys over HTTP, logins with PKCE, and keys that change."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT = "moe-web"
CLIENT_SECRET = "hush-4711-hush"
AUDIENCE = "moe"


class OidcIssuer:
    """Signs tokens with real keys, and answers as an OpenID provider does.

    Attributes:
        url: The issuer.
        asked: How often each path was asked for.
        user: Claims of whoever logs in next.
        is_away: Answers 503 to all.
        pages: Answers by path in place of its own.
    """

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.user = {"sub": "ann-1", "preferred_username": "ann", "groups": ["staff"]}
        self.is_away = False
        self.pages: dict[str, object] = {}
        self.ended: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.keys = []
        self.rotate()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer._answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                issuer._answer(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/realm"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def rotate(self, kind: str = "RSA") -> None:
        """A new key; tokens of the old one count no more."""
        name = {"kid": secrets.token_hex(4), "use": "sig"}
        self.keys = [RSAKey.generate_key(2048, name) if kind == "RSA" else ECKey.generate_key("P-256", name)]

    @property
    def key(self):
        return self.keys[-1]

    @property
    def claims(self) -> dict[str, object]:
        now = int(time.time())
        return {"iss": self.url, "aud": AUDIENCE, "iat": now, "exp": now + 300, **self.user}

    def sign(self, *, header=None, key=None, **claims) -> str:
        """A token; a claim that is None is left out."""
        key = key or self.key
        algorithm = {"RSA": "RS256", "EC": "ES256"}.get(key.key_type, "HS256")
        told = {"alg": algorithm, "kid": key.kid, **(header or {})}
        said = {name: value for name, value in {**self.claims, **claims}.items() if value is not None}
        return jwt.encode({name: value for name, value in told.items() if value}, said, key, [told["alg"]])

    def _answer(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        parts = urlsplit(handler.path)
        path = parts.path.removeprefix("/realm")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked[path] += 1
        if self.is_away:
            return self._send(handler, {}, 503)
        if path in self.pages:
            return self._send(handler, self.pages[path])
        if path == "/.well-known/openid-configuration":
            ends = ("authorization_endpoint", "token_endpoint", "end_session_endpoint", "jwks_uri")
            return self._send(handler, {"issuer": self.url, **{one: f"{self.url}/{one}" for one in ends}})
        if path == "/jwks_uri":
            return self._send(handler, {"keys": [key.as_dict(private=False) for key in self.keys]})
        if path == "/authorization_endpoint":
            code = secrets.token_hex(8)
            self._codes[code] = query
            back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            return self._send(handler, {}, 302, location=back)
        if path == "/token_endpoint":
            return self._send(handler, *self._redeem(handler, form))
        if path == "/end_session_endpoint":
            self.ended.append(query)
            return self._send(handler, {})
        return self._send(handler, {}, 404)

    def _redeem(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> tuple[object, int]:
        asked = self._codes.pop(form.get("code", ""), None)
        said = base64.b64decode(handler.headers.get("authorization", "").removeprefix("Basic ")).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fits = (
            asked is not None
            and said == f"{CLIENT}:{CLIENT_SECRET}"
            and form["grant_type"] == "authorization_code"
            and asked["client_id"] == CLIENT
            and (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge)
            and form["redirect_uri"] == asked["redirect_uri"]
        )
        if not fits:
            return {"error": "invalid_grant"}, 400
        token = self.sign(aud=CLIENT, nonce=asked["nonce"])
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": token}, 200

    def _send(self, handler: BaseHTTPRequestHandler, body: object, status: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
