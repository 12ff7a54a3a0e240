"""The settings that `moe serve` goes by."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from moe.contracts.oidc_settings import OidcSettings
from moe_core.loading.config.settings import Settings
from moe_core.text.late_pattern import LatePattern

# An address without what could end a rule of a page's policy, or stand for several hosts.
_TILES = LatePattern(
    r"https?://(?P<host>[^/:?#]*)(?P<port>:\d{1,5})?(?P<path>/[A-Za-z0-9._~/?=&%{}@+-]*)", re.ASCII | re.IGNORECASE
)
_HOST = LatePattern(r"(?:[a-z0-9][a-z0-9-]*+\.)*+[a-z0-9][a-z0-9-]*+", re.ASCII | re.IGNORECASE)
_PORT_MAX = 65_535
_MARKS = ("{z}", "{x}", "{y}")
_TILES_LIKE = "as https://tiles.example.org/{z}/{x}/{y}.png"

_Seconds = Annotated[float, Field(gt=0, le=86_400)]


class ServerSettings(Settings):
    """config/server.yaml."""

    host: str = Field("127.0.0.1", min_length=1, max_length=255, description="Address that is listened on")
    port: int = Field(7000, ge=0, le=65_535, description="Port; 0 takes any that is free")
    root_path: str = Field(
        "", pattern=r"^(/[\w.~-]+)*$", examples=["/tools/moe"], description="Path below which a proxy offers the server"
    )
    certificate: str = Field("", max_length=4096, description="PEM file of a certificate, to serve over https")
    certificate_key: str = Field("", max_length=4096, description="PEM file of its key; empty when it is in the same")
    client_authority: str = Field(
        "",
        max_length=4096,
        description="PEM file of who vouches for clients; then nobody is let in without a certificate",
    )
    workers: int | None = Field(None, ge=1, le=256, description="Processes that do runs; null for one a processor")
    runs_per_worker: int = Field(4, ge=1, le=256, description="Runs at once in one of them")
    max_queued: int = Field(200, ge=0, le=100_000, description="Runs that wait; beyond them the answer is 429")
    wait_max_seconds: _Seconds = Field(600.0, description="Longest that a request waits for its run")
    grace_seconds: float = Field(10.0, ge=0, le=3600, description="What runs are given to end when the server stops")
    docs_roots: tuple[str, ...] = Field((), description="Folders whose documents may be asked about; [] the project's")
    max_body_bytes: int = Field(1_048_576, ge=1024, le=2**30, description="Longest body of a request")
    max_json_depth: int = Field(64, ge=4, le=500, description="Deepest nesting of one")
    max_upload_bytes: int = Field(67_108_864, ge=1024, le=2**40, description="Files of one request, all together")
    max_upload_files: int = Field(200, ge=1, le=10_000, description="How many they may be")
    allowed_hosts: tuple[str, ...] = Field((), description="Further names that the server is called by; * for any")
    allowed_origins: tuple[str, ...] = Field((), description="Sites whose pages may use the server")
    rate: str = Field(
        "",
        pattern=r"^([1-9]\d{0,8}/(second|minute|hour|day))?$",
        examples=["100/minute"],
        description="Requests of one address; empty for any",
    )
    budgets: str = Field(
        "",
        max_length=4096,
        description="Where budgets are counted: postgresql:// or redis://; empty: system.database, workspace",
    )
    run_tokens: int = Field(
        100_000, ge=1, le=10**12, description="Tokens held of a caller's budget for a run that does not say how many"
    )
    audit: Literal["", "changes", "all"] = Field(
        "", description="Requests that the audit log tells of: those that change something or are refused, all, or none"
    )
    heartbeat_seconds: _Seconds = Field(15.0, description="Silence of a stream of events after which a comment is sent")
    stall_seconds: _Seconds = Field(30.0, description="How long a stream's reader may take nothing before it is cut")
    map_tiles: str = Field(
        "", max_length=1000, description="Where the page's map has its pictures from; empty for nowhere"
    )
    map_credit: str = Field("", max_length=200, description="Whom the map names for them")
    oidc: OidcSettings = Field(default_factory=OidcSettings, description="Sign-on by OpenID Connect")

    @field_validator("map_tiles")
    @classmethod
    def _check_tiles(cls, value: str) -> str:
        if not value:
            return value
        bare = value
        for mark in _MARKS:
            bare = bare.replace(mark, "")
        if "{" in bare or "}" in bare:
            raise ValueError(
                f"may have no other braces than {{z}}, {{x}} and {{y}}, {_TILES_LIKE}: "
                "name one of the hosts in place of {s}, and leave out what else is in braces"
            )
        match = _TILES.regex.fullmatch(value)
        if match is None:
            raise ValueError(f"must be an address {_TILES_LIKE}, not {value[:100]!r}")
        if not _HOST.regex.fullmatch(match["host"]) or int((match["port"] or ":1")[1:]) not in range(1, _PORT_MAX + 1):
            place = f"{match['host']}{match['port'] or ''}"
            raise ValueError(
                f"{place[:100]!r} is no host that pictures can come from: write the server's, {_TILES_LIKE}"
            )
        for mark in _MARKS:
            if match["path"].count(mark) != 1:
                raise ValueError(f"must have {mark} once, {_TILES_LIKE}")
        return value
