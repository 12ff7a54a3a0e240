"""What somebody who asks for a path gets of a small page."""

import gzip
from pathlib import Path

import pytest

from moe.web.site import MARKER, Site
from moe.web.visit import visit, wants_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
BASE = MARKER.decode()
PAGE = f'<a href="{BASE}/runs/">runs</a><script>go("{BASE}")</script>' + "<p>word</p>" * 200
FILES = {
    "index.html": PAGE,
    "runs/index.html": PAGE,
    "runs/view/index.html": PAGE,
    "runs/index.txt": f'"{BASE}/runs/"',
    "personas/index.html": PAGE,
    "graph/index.html": PAGE,
    "metrics/index.html": PAGE,
    "404.html": "<p>nothing here</p>",
    "404/index.html": "<p>nothing here</p>",
    "_not-found/index.html": "<p>nothing here</p>",
    "_next/static/chunks/0a1b.js": f'base="{BASE}";' + "work();" * 300,
    "_next/static/moe/_buildManifest.js": "manifest()",
    "BUILD.json": "{}",
}
PICTURE = b"wOF2" + MARKER + bytes(range(256)) * 8


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "_next/static/media").mkdir()
    (tmp_path / "_next/static/media/face.woff2").write_bytes(PICTURE)
    return tmp_path


def ask(site: Site, path: str, *, method="GET", query="", root="", accept=BROWSER, **headers):
    return visit(site, root, method=method, path=path, query=query, headers={"accept": accept, **headers})


@pytest.mark.parametrize(
    ("root", "said"), [("", '<a href="/runs/">'), ("/tools/moe", '<a href="/tools/moe/runs/">')], ids=["root", "below"]
)
def test_the_servers_path_stands_where_the_marker_was(built, root, said):
    site = Site.load(root, built)
    text = ask(site, "/", root=root).body.decode()
    assert text.startswith(said)
    assert BASE not in text
    assert not any(MARKER in site.files[path].content for path in site.files if not path.endswith(".woff2"))
    assert site.files["/_next/static/media/face.woff2"].content == PICTURE


def test_hashed_files_are_kept_for_ever_and_all_others_asked_for_again(built):
    site = Site.load("", built)
    kept = {path: ask(site, path).headers["cache-control"] for path in site.files}
    for_ever = {path for path, said in kept.items() if "immutable" in said}
    assert for_ever == {"/_next/static/chunks/0a1b.js", "/_next/static/media/face.woff2"}
    assert {said for path, said in kept.items() if path not in for_ever} == {"no-cache"}


def test_a_browser_that_takes_gzip_gets_it_and_others_get_the_plain_file(built):
    site = Site.load("", built)
    plain = ask(site, "/")
    packed = ask(site, "/", **{"accept-encoding": "br, gzip;q=0.8"})
    refused = ask(site, "/", **{"accept-encoding": "gzip;q=0, identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == refused.body
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body)
    assert "content-encoding" not in refused.headers
    assert packed.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in ask(site, "/_next/static/media/face.woff2", **{"accept-encoding": "gzip"}).headers


def test_a_browser_that_has_the_file_is_told_so(built):
    site = Site.load("", built)
    tag = ask(site, "/").headers["etag"]
    again = ask(site, "/", **{"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.body) == (304, b"")
    assert ask(site, "/", **{"if-none-match": '"other"'}).status_code == 200


def test_only_the_headers_are_answered_to_head(built):
    answer = ask(Site.load("", built), "/", method="HEAD")
    assert (answer.body, int(answer.headers["content-length"])) == (b"", len(PAGE.replace(BASE, "")))


@pytest.mark.parametrize(
    ("path", "query", "leads_to"),
    [
        ("/runs", "", "/runs/"),
        ("/runs", "status=failed", "/runs/?status=failed"),
        ("/personas", "tier=active", "/personas/?tier=active"),
        ("/metrics", "", "/metrics/"),
        ("/runs/20261130-ab", "", "/runs/view/?id=20261130-ab"),
        ("/runs/20261130-ab/", "tab=log", "/runs/view/?id=20261130-ab&tab=log"),
        ("/runs/a&b=c", "", "/runs/view/?id=a%26b%3Dc"),
        ("/graph/20261130-ab", "", "/graph/?run=20261130-ab"),
        ("/runs/view", "id=x", "/runs/view/?id=x"),
    ],
)
def test_an_address_that_means_a_page_leads_there(built, path, query, leads_to):
    for root in ("", "/tools/moe"):
        answer = ask(Site.load(root, built), path, query=query, root=root)
        assert (answer.status_code, answer.headers["location"]) == (307, root + leads_to)


@pytest.mark.parametrize(
    "path", ["/nope", "/runs/a/b", "/runs/a/b/", "//evil.example/", "/404/", "/_not-found/", "/x/../"]
)
def test_a_path_that_leads_nowhere_shows_the_page_for_it(built, path):
    answer = ask(Site.load("", built), path)
    assert (answer.status_code, answer.body) == (404, b"<p>nothing here</p>")


@pytest.mark.parametrize(
    "path", ["/api/nope", "/api", "/v1/models", "/openapi.json", "/health/x", "/_next/static/chunks/no.js"]
)
def test_what_is_for_programs_is_left_to_the_api_also_for_browsers(built, path):
    assert ask(Site.load("", built), path) is None


@pytest.mark.parametrize("path", ["/personas", "/metrics", "/graph/20261130-ab", "/nope", "/runs/20261130-ab"])
def test_programs_are_left_to_the_api_beside_the_pages_own_paths(built, path):
    site = Site.load("", built)
    for accept in ("", "*/*", "application/json", "application/json, text/html;q=0.5", "text/html;q=0, */*"):
        assert ask(site, path, accept=accept) is None
    assert ask(site, path, method="POST") is None
    assert ask(site, "/personas/", accept="*/*").status_code == 200


def test_accept_with_a_rank_that_is_no_number_wants_no_page():
    assert not wants_page("text/html;q=much")


def test_without_built_files_one_plain_page_says_so_and_the_api_goes_on(tmp_path):
    site = Site.load("/tools/moe", tmp_path)
    assert site.is_absent
    for path in ("/", "/runs/", "/nope", "/runs/abc"):
        answer = ask(site, path, root="/tools/moe")
        assert answer.status_code == 404
        assert "without its page" in answer.body.decode()
        assert 'href="/tools/moe/openapi.json"' in answer.body.decode()
        assert answer.headers["content-type"].startswith("text/html")
    for path in ("/personas", "/metrics", "/graph/abc", "/api/v1/runs"):
        assert ask(site, path, root="/tools/moe") is None


def test_who_asks_for_an_icon_where_none_is_named_gets_the_pages(built):
    assert ask(Site.load("", built), "/favicon.ico", accept="image/*") is None
    (built / "icon.svg").write_text("<svg/>")
    answer = ask(Site.load("", built), "/favicon.ico", accept="image/*")
    assert (answer.status_code, answer.body, answer.headers["content-type"]) == (200, b"<svg/>", "image/svg+xml")
