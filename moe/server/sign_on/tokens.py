"""Tokens of an issuer: whether one counts, and what it says."""

from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from moe.contracts.oidc_settings import OidcSettings
from moe.server.problems import ProblemError
from moe.server.sign_on.issuer import OidcIssuer

_TYPES = frozenset(("", "jwt", "at+jwt", "application/at+jwt"))  # and none that was made out for something else
_HEADER_MAX = 8192  # some issuers put a certificate in it
_KINDS: dict[str, type[object]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}
_REFUSED = {"www-authenticate": 'Bearer error="invalid_token"'}


def refuse_token(reason: str) -> ProblemError:
    """The answer to a token that does not count: why is for the log, not for whoever sent it."""
    return ProblemError("token", "the token does not count", hint="get a new one", reason=reason, headers=_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVerifier:
    """Checks tokens.

    Attributes:
        settings: What of them counts.
        issuer: Whose keys.
    """

    settings: OidcSettings
    issuer: OidcIssuer

    async def verify(self, token: str, audience: str) -> dict[str, Any]:
        """What a token says.

        Args:
            token: As it came.
            audience: Whom it must be made out to.

        Raises:
            ProblemError: It is expired, another's, unsigned, or nothing like a token; or the issuer is away.
        """
        registry = jws.JWSRegistry(algorithms=[*self.settings.algorithms], strict_check_header=False)
        registry.max_header_length = _HEADER_MAX
        try:
            header = jws.extract_compact(token.encode(), registry=registry).protected
        except (JoseError, ValueError) as error:
            raise refuse_token(_explain(error)) from error
        algorithm, kind = header.get("alg"), header.get("typ", "")
        if algorithm not in self.settings.algorithms:
            raise refuse_token(f"its algorithm {algorithm!r} is none of server.oidc.algorithms")
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            raise refuse_token(f"its type is {kind!r}")
        named = header.get("kid")
        known = await self.issuer.find_keys(named if isinstance(named, str) else None)
        keys = [key for key in known if _fits(key, str(algorithm))]
        if not keys:
            raise refuse_token(f"the issuer has no key {named!r} for {algorithm}")
        return self._read_claims(self._decode(token, keys, registry), audience)

    def _decode(self, token: str, keys: list[Key], registry: jws.JWSRegistry) -> dict[str, Any]:
        """What a token says that one of some keys has signed."""
        last: Exception | None = None
        for key in keys:
            try:
                return jwt.decode(token, key, algorithms=[*self.settings.algorithms], registry=registry).claims
            except (JoseError, ValueError, TypeError, RecursionError) as error:
                last = error
        assert last is not None
        raise refuse_token(_explain(last)) from last

    def _read_claims(self, claims: dict[str, Any], audience: str) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=int(self.settings.leeway_seconds),
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise refuse_token(_explain(error)) from error
        return claims


def _fits(key: Key, algorithm: str) -> bool:
    """Whether a key is one for that algorithm, and says no other."""
    return isinstance(key, _KINDS[algorithm[:2]]) and key.alg in (None, algorithm)


def _explain(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
