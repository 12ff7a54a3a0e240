"""Which tokens count, against an issuer with real keys that it tells over HTTP and changes."""

import base64
import hmac
import json
import time

import pytest
from joserfc.jwk import OctKey, RSAKey

from moe.contracts.oidc_settings import OidcSettings
from moe.server.keys.callers import UserStore
from moe.server.keys.file import ServerFile
from moe.server.problems import ProblemError
from moe.server.sign_on.sign_on import SignOn
from moe_core.contracts.errors import RequestError
from oidc_issuer import AUDIENCE

pytestmark = pytest.mark.anyio


@pytest.fixture
def open_sign_on(issuer, tmp_path):
    def make(**settings):
        given = {"issuer": issuer.url, "audience": AUDIENCE, "scopes": {"staff": ("runs:read",)}, **settings}
        told = OidcSettings.model_validate(given)
        return SignOn.open(told, UserStore(ServerFile(tmp_path, lambda: None), told))

    return make


@pytest.fixture
def sign_on(open_sign_on):
    return open_sign_on(refetch_seconds=0.0)


async def refuse(sign_on, token, code="token"):
    """Why a token does not count: in the log's words."""
    with pytest.raises(ProblemError) as refused:
        await sign_on.admit(token)
    assert refused.value.code == code
    if code == "token":
        assert refused.value.detail == "the token does not count"  # and no word of why
    return refused.value.reason


def encode(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_token_of_the_issuer_is_a_user_with_what_its_groups_may(sign_on, issuer):
    began = int(time.time())
    ann = await sign_on.admit(issuer.sign())
    assert began <= ann.expires - 330 <= time.time()
    assert (ann.name, ann.scopes, ann.user) == ("ann", ("runs:read",), f"{issuer.url} ann-1")
    again = await sign_on.admit(issuer.sign(preferred_username="Ann B.", groups=["guests"]))
    assert (again.key_id, again.name, again.scopes) == (ann.key_id, "Ann B.", ())
    other = await sign_on.admit(issuer.sign(sub="ann-2"))
    assert other.key_id != ann.key_id
    assert issuer.asked["/jwks_uri"] == 1


async def test_groups_are_found_by_a_path_and_everybody_has_a_line(open_sign_on, issuer):
    scopes = {"*": ("runs:read",), "/ops": ("admin",)}
    sign_on = open_sign_on(groups_claim="realm_access.roles", name_claim="https://example.org/name", scopes=scopes)
    told = {"realm_access": {"roles": ["/ops", 7, None]}, "https://example.org/name": "Chief"}
    chief = await sign_on.admit(issuer.sign(**told))
    assert (chief.name, chief.scopes) == ("Chief", ("runs:read", "admin"))
    guest = await sign_on.admit(issuer.sign(sub="g", realm_access="staff"))
    assert (guest.name, guest.scopes) == ("g", ("runs:read",))


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1000}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "never"}, "exp"),
        ({"nbf": 4102444800}, "not yet valid"),
        ({"iat": 4102444800}, "in the future"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "payroll"}, "aud"),
        ({"aud": ["payroll"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"sub": None}, "sub"),
        ({"sub": ["ann-1"]}, "sub"),
    ],
)
async def test_what_is_old_or_meant_for_others_is_refused(sign_on, issuer, claims, reason):
    assert reason in await refuse(sign_on, issuer.sign(**claims))


async def test_clocks_may_be_apart_by_so_much(sign_on, issuer):
    assert (await sign_on.admit(issuer.sign(exp=int(time.time()) - 20))).name == "ann"
    assert "exp" in await refuse(sign_on, issuer.sign(exp=int(time.time()) - 40))
    assert (await sign_on.admit(issuer.sign(nbf=int(time.time()) + 20, aud=["payroll", AUDIENCE]))).name == "ann"


async def test_a_signature_that_anybody_can_make_is_none(sign_on, issuer):
    right = issuer.sign()
    header, claims, signature = right.split(".")
    for word in ("none", "None", "NONE", ""):
        assert "algorithm" in await refuse(sign_on, f"{encode({'alg': word})}.{claims}.")
        assert "algorithm" in await refuse(sign_on, f"{encode({'alg': word})}.{claims}.{signature}")
    for known in (issuer.key.as_pem(private=False), json.dumps(issuer.key.as_dict(private=False)).encode()):
        signed = f"{encode({'alg': 'HS256', 'kid': issuer.key.kid})}.{claims}"
        mac = hmac.digest(known, signed.encode(), "sha256")
        confused = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        assert "'HS256' is none of server.oidc.algorithms" in await refuse(sign_on, confused)
    changed = encode({**issuer.claims, "groups": ["ops"]})
    assert "BadSignature" in await refuse(sign_on, f"{header}.{changed}.{signature}")
    assert await refuse(sign_on, f"{header}.{claims}.")
    foreign = RSAKey.generate_key(2048, {"kid": issuer.key.kid})
    assert "BadSignature" in await refuse(sign_on, issuer.sign(key=foreign))


async def test_a_key_in_the_token_itself_counts_for_nothing(sign_on, issuer):
    own = RSAKey.generate_key(2048)
    header = {"kid": issuer.key.kid, "jwk": own.as_dict(private=False)}
    assert "BadSignature" in await refuse(sign_on, issuer.sign(key=own, header=header))


async def test_a_shared_secret_among_the_issuers_keys_counts_for_nothing(open_sign_on, issuer):
    secret = OctKey.generate_key(256, {"kid": "shared"})
    issuer.keys = [secret, *issuer.keys]
    issuer.pages["/jwks_uri"] = {"keys": [secret.as_dict(private=True), issuer.key.as_dict(private=False)]}
    assert await refuse(open_sign_on(), issuer.sign(key=secret))
    assert (await open_sign_on().admit(issuer.sign())).name == "ann"


@pytest.mark.parametrize("kind", ["logout+jwt", "secevent+jwt", 7])
async def test_a_token_made_out_for_something_else_is_refused(sign_on, issuer, kind):
    assert "type" in await refuse(sign_on, issuer.sign(header={"typ": kind}) if kind != 7 else make_odd(issuer, kind))


def make_odd(issuer, kind):
    header = encode({"alg": "RS256", "kid": issuer.key.kid, "typ": kind})
    return f"{header}.{encode(issuer.claims)}.AAAA"


@pytest.mark.parametrize("text", ["a.b.c", "..", "e30.e30.e30", f"{'A' * 20000}.e30.e30", "eyJhbGciOiJSUzI1NiJ9.W10.x"])
async def test_what_is_nothing_like_a_token_is_refused(sign_on, text):
    assert await refuse(sign_on, text)


async def test_a_new_key_counts_at_once_and_the_old_one_no_more(sign_on, issuer):
    old = issuer.sign()
    await sign_on.admit(old)
    issuer.rotate("EC")
    assert (await sign_on.admit(issuer.sign())).name == "ann"
    assert "has no key" in await refuse(sign_on, old)


async def test_both_keys_count_while_both_are_told(sign_on, issuer):
    before = issuer.sign()
    old = issuer.key
    issuer.rotate()
    issuer.keys.insert(0, old)
    for token in (before, issuer.sign(), issuer.sign(header={"kid": None})):
        assert (await sign_on.admit(token)).name == "ann"


async def test_unknown_keys_have_the_issuer_asked_seldom(open_sign_on, issuer):
    sign_on = open_sign_on(refetch_seconds=600.0)
    await sign_on.admit(issuer.sign())
    for _ in range(20):
        assert "has no key 'made-up'" in await refuse(sign_on, issuer.sign(header={"kid": "made-up"}))
    assert issuer.asked["/jwks_uri"] == 1
    issuer.rotate()
    assert await refuse(sign_on, issuer.sign())  # until ten minutes are over


async def test_keys_are_looked_at_again_when_they_are_old(open_sign_on, issuer, monkeypatch):
    sign_on = open_sign_on(keys_seconds=60.0)
    old = issuer.sign()
    await sign_on.admit(old)
    issuer.rotate()
    assert (await sign_on.admit(old)).name == "ann"
    later = time.monotonic() + 61
    monkeypatch.setattr("moe.server.sign_on.issuer.time.monotonic", lambda: later)
    assert await refuse(sign_on, old)


async def test_an_issuer_that_is_away_is_told_and_its_known_keys_go_on(open_sign_on, issuer, monkeypatch):
    issuer.is_away = True
    assert "503" in await refuse(open_sign_on(), issuer.sign(), "issuer_away")
    issuer.is_away = False
    sign_on = open_sign_on(keys_seconds=60.0)
    await sign_on.admit(issuer.sign())
    issuer.is_away = True
    now = time.monotonic()
    monkeypatch.setattr("moe.server.sign_on.issuer.time.monotonic", lambda: now + 3600)
    assert (await sign_on.admit(issuer.sign())).name == "ann"
    monkeypatch.setattr("moe.server.sign_on.issuer.time.monotonic", lambda: now + 2 * 86_400)
    assert "503" in await refuse(sign_on, issuer.sign(), "issuer_away")


@pytest.mark.parametrize(
    ("path", "page", "reason"),
    [
        ("/.well-known/openid-configuration", b"<html>", "no JSON"),
        (
            "/.well-known/openid-configuration",
            {"issuer": "https://evil.example", "jwks_uri": "https://a.b/c"},
            "that of",
        ),
        ("/.well-known/openid-configuration", {"jwks_uri": "https://a.b/c"}, "discovery document is none"),
        ("/.well-known/openid-configuration", [], "discovery document is none"),
        ("/jwks_uri", {"keys": {}}, "no JWKS"),
        ("/jwks_uri", b"1" * 1_100_000, "more than"),
    ],
)
async def test_an_issuer_that_says_something_else_is_told(open_sign_on, issuer, path, page, reason):
    issuer.pages[path] = page
    assert reason in await refuse(open_sign_on(), issuer.sign(), "issuer_away")


async def test_keys_are_not_fetched_over_a_way_that_others_can_change(open_sign_on, issuer):
    document = {"issuer": issuer.url, "jwks_uri": "http://keys.example/jwks"}
    issuer.pages["/.well-known/openid-configuration"] = document
    assert "no https" in await refuse(open_sign_on(), issuer.sign(), "issuer_away")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"issuer": "http://login.example.org"}, "no address of an issuer"),
        ({"issuer": "login.example.org"}, "no address of an issuer"),
        ({"issuer": "https://["}, "no address of an issuer"),
        ({"audience": ""}, "made out to"),
        ({"budget": "lots"}, "no budget"),
        ({"rate": "often"}, "no rate"),
        ({"ca_file": "/nowhere.pem"}, "ca_file"),
    ],
)
async def test_settings_that_cannot_work_are_told_at_the_start(open_sign_on, settings, told):
    with pytest.raises(RequestError, match=told):
        open_sign_on(**settings)


async def test_algorithms_that_anybody_can_sign_with_cannot_be_set():
    for word in ("none", "HS256", "HS512"):
        with pytest.raises(ValueError, match="algorithms"):
            OidcSettings(algorithms=(word,))
