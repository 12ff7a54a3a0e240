"""The settings that sign-on by OpenID Connect goes by."""

from typing import Annotated, Literal

from pydantic import Field

from moe_core.loading.config.settings import Settings

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Signatures that only the issuer can make: none of them counts with what everybody may know of its keys."""
Scope = Literal["runs:read", "runs:write", "tools:run", "admin"]
_Short = Annotated[str, Field(max_length=500)]


class OidcSettings(Settings):
    """`oidc` of config/server.yaml."""

    issuer: _Short = Field("", description="Address of who signs tokens, as it stands in them; empty for nobody")
    audience: _Short = Field("", description="Whom tokens must be made out to; empty for `client_id`")
    algorithms: tuple[Algorithm, ...] = Field(("RS256", "ES256"), min_length=1, description="Signatures that count")
    leeway_seconds: float = Field(30.0, ge=0, le=3600, description="How far clocks may be apart")
    keys_seconds: float = Field(3600.0, ge=1, le=604_800, description="How long the issuer's keys are kept")
    refetch_seconds: float = Field(
        30.0, ge=0, le=86_400, description="Least time between two looks for a key that is not known"
    )
    ca_file: str = Field(
        "", max_length=4096, description="PEM file of who vouches for the issuer's https; empty: known"
    )
    name_claim: _Short = Field("preferred_username", min_length=1, description="What of a token names the user")
    groups_claim: _Short = Field("groups", min_length=1, description="What of it lists the user's groups; a.b: b of a")
    scopes: dict[str, tuple[Scope, ...]] = Field({}, description="What groups may; '*' for everybody with a token")
    rate: str = Field("", max_length=40, description="Requests of one user, as 60/minute; empty for any number")
    concurrency: int = Field(0, ge=0, le=100_000, description="Runs of one user at once; 0 for any number")
    budget: str = Field("", max_length=60, description="Tokens of models of one user, as tokens=1M/day; empty for any")
    client_id: _Short = Field("", description="The name of moe at the issuer, for logins in a browser; empty for none")
    client_secret: str = Field("", max_length=4096, description="Its secret; empty for a public client")
    login_scopes: _Short = Field("openid profile email", description="What the issuer is asked for at a login")
    session_hours: float = Field(12.0, gt=0, le=720, description="How long a login counts")
