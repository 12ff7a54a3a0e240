import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import ToolError
from moe_kit.net.guard import NetPolicy, check_url, endpoint_of, parse_url, resolve_checked, why_not_public


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"),
        ("127.8.9.1", "loopback"),
        ("::1", "loopback"),
        ("10.0.0.1", "private"),
        ("172.16.0.9", "private"),
        ("192.168.1.1", "private"),
        ("fd12::1", "private"),
        ("fec0::1", "private"),
        ("169.254.1.1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("169.254.169.254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("100.64.0.1", "reserved"),
        ("240.0.0.1", "private"),
        ("255.255.255.255", "private"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.1.2.3", "private"),
        ("2002:7f00:0001::", "loopback"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("::127.0.0.1", "reserved"),
        ("2001:db8::1", "private"),
    ],
)
def test_an_address_that_is_not_public_is_refused_with_its_kind(address: str, reason: str) -> None:
    assert reason in (why_not_public(address) or "public")


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_a_public_address_is_let_through(address: str) -> None:
    assert why_not_public(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_ipv6_wraps_it(address: ipaddress.IPv4Address) -> None:
    plain = why_not_public(str(address))
    number = int(address)
    assert why_not_public(f"::ffff:{address}") == plain
    assert why_not_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | number))) == plain
    assert why_not_public(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80)))) == plain


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org",
        "example.org/path",
        "//example.org",
        "http://",
        "http:///path",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "http://exa mple.org:99999999/",
        "",
        "http://[::1",
    ],
)
def test_a_url_that_is_not_plain_http_to_a_host_is_refused(url: str) -> None:
    with pytest.raises(ToolError) as caught:
        check_url(url, NetPolicy())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "allow", "is_allowed"),
    [
        ("https://example.org/a", ["example.org"], True),
        ("http://example.org/a", ["example.org"], True),
        ("https://EXAMPLE.org./a", ["example.ORG"], True),
        ("https://example.org:8443/", ["example.org"], False),
        ("https://example.org:8443/", ["example.org:8443"], True),
        ("https://example.org/", ["example.org:8443"], False),
        ("https://example.org:443/", ["example.org"], True),
        ("http://example.org:443/", ["example.org"], False),
        ("https://api.example.org/", ["*.example.org"], True),
        ("https://a.b.example.org/", ["*.example.org"], True),
        ("https://example.org/", ["*.example.org"], False),
        ("https://evilexample.org/", ["*.example.org"], False),
        ("https://example.org.evil.test/", ["example.org", "*.example.org"], False),
        ("https://api.example.org/", ["example.org"], False),
        ("https://münchen.example/", ["xn--mnchen-3ya.example"], True),
        ("https://xn--mnchen-3ya.example/", ["münchen.example"], True),
        ("http://[2606:4700::1]:81/", ["[2606:4700::1]:81"], True),
        ("https://example.org/", [], False),
    ],
)
def test_the_allow_list_decides_which_hosts_are_reached(url: str, allow: list[str], is_allowed: bool) -> None:
    policy = NetPolicy(allow=tuple(allow), remedy="allow {host}")
    if is_allowed:
        assert check_url(url, policy).host
        return
    with pytest.raises(ToolError) as caught:
        check_url(url, policy)
    assert (caught.value.hint or "").startswith("allow ")


def test_an_allow_entry_that_is_no_host_says_how_to_write_one() -> None:
    with pytest.raises(ToolError, match="is no host"):
        check_url("https://example.org/", NetPolicy(allow=("https://example.org/",)))


@pytest.mark.anyio
@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "http://127.0.0.1:80/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://0/"],
)
async def test_every_way_to_write_loopback_is_refused(url: str) -> None:
    with pytest.raises(ToolError) as caught:
        await resolve_checked(parse_url(url), NetPolicy())
    assert "may not be reached" in str(caught.value) or "not found" in str(caught.value)


@pytest.mark.anyio
async def test_a_private_endpoint_is_opened_by_host_and_port_only() -> None:
    policy = NetPolicy(allow_private=("127.0.0.1:8080",))
    assert await resolve_checked(parse_url("http://127.0.0.1:8080/x"), policy) == ["127.0.0.1"]
    for url in ("http://127.0.0.1:8081/", "http://127.0.0.1/", "http://127.0.0.2:8080/"):
        with pytest.raises(ToolError, match="loopback") as caught:
            await resolve_checked(parse_url(url), policy)
        assert endpoint_of(parse_url(url)) in (caught.value.hint or "")


@pytest.mark.anyio
async def test_a_host_without_an_address_is_worth_another_try() -> None:
    with pytest.raises(ToolError, match="was not found") as caught:
        await resolve_checked(parse_url("http://no-such-host.invalid/"), NetPolicy())
    assert caught.value.retryable
