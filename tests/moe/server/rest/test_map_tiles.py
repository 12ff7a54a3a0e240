"""Where the page's map has its pictures from: nowhere, unless the settings say so."""

import pytest

TILES = "https://tiles.example.org:8443/earth/{z}/{x}/{y}.png?key=a%20b"


def read_images(client) -> list[str]:
    policy = client.get("/graph/", headers={"accept": "text/html"}).headers["content-security-policy"]
    [rule] = [rule.split() for rule in policy.split("; ") if rule.startswith("img-src ")]
    return rule[1:]


def test_there_are_none_by_default(client):
    assert client.get("/api/v1/map").json() == {"address": "", "credit": ""}
    assert read_images(client) == ["'self'", "data:"]


def test_those_that_are_set_are_told_and_their_server_alone_is_let_into_the_page(own):
    own.start("--workers", "1", settings=(f"server.map_tiles={TILES}", "server.map_credit=The Survey"))
    with own.open_client() as client:
        assert client.get("/api/v1/map").json() == {"address": TILES, "credit": "The Survey"}
        assert read_images(client) == ["'self'", "data:", "https://tiles.example.org:8443"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://tiles.example.org/{z}/{x}.png", "must have {y} once"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "name one of the hosts in place of {s}"),
        ("https://tiles.example.org/{s}/{z}/{x}/{y}.png", "name one of the hosts in place of {s}"),
        ("https://tiles.example.org/{z}/{x}/{y}{r}.png", "leave out what else is in braces"),
        ("https://tiles.example.org/{z}/{x}/{y}.png; script-src *", "must be an address as https://tiles.example.org/"),
        ("https://*/{z}/{x}/{y}.png", "'*' is no host that pictures can come from"),
        ("https://.../{z}/{x}/{y}.png", "'...' is no host that pictures can come from"),
        ("https://tiles.example.org:99999/{z}/{x}/{y}.png", "'tiles.example.org:99999' is no host"),
        ("https://{z}.{x}.{y}.example.org/", "is no host that pictures can come from"),
        ("https://tiles.example.org?z={z}&x={x}&y={y}", "must be an address as https://tiles.example.org/"),
        ("https://...", "must be an address as https://tiles.example.org/{z}/{x}/{y}.png, not 'https://...'"),
        ("javascript:alert({z}{x}{y})", "must be an address as https://tiles.example.org/{z}/{x}/{y}.png"),
    ],
)
def test_what_is_no_address_of_them_is_refused_when_the_server_starts(own, address, reason):
    told = own.run("--set", f"server.map_tiles={address}", "serve", "--port", "0")
    assert told.returncode != 0
    assert reason in told.stderr
