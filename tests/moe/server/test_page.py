"""The page beside the API: of a real server, with and without keys."""

import re

import pytest

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = "/ /runs/ /runs/view/ /compare/ /personas/ /personas/view/ /graph/ /documents/ /metrics/ /settings/".split()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_there_with_its_policy_and_what_protects_it(client, path):
    answer = client.get(path, headers=BROWSER)
    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, "unsafe" in policy) == (200, False)
    assert policy.count("sha256-") >= 2  # Next's own scripts stand in each page
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "__moe_base__" not in answer.text
    assert not re.findall(r'\sstyle="', answer.text), "a style attribute counts for nothing under the policy"


def test_every_file_that_a_page_names_is_there(client):
    named = {found for path in PAGES for found in re.findall(r'(?:src|href)="(/[^"?]+\.\w+)', client.get(path).text)}
    assert len(named) > 10
    assert {name: client.get(name).status_code for name in named} == dict.fromkeys(named, 200)


def test_programs_and_people_get_their_own_at_the_same_address(client):
    assert client.get("/personas").json()["personas"]
    assert client.get("/personas", headers=BROWSER).headers["location"] == "/personas/"
    assert client.get("/metrics").headers["content-type"].startswith("text/plain")
    assert client.get("/metrics", headers=BROWSER).headers["location"] == "/metrics/"
    missing = client.get("/graph/none")
    assert (missing.status_code, missing.json()["code"]) == (404, "name_unknown")


def test_what_is_unknown_below_the_api_is_told_as_a_problem_also_to_a_browser(client):
    answer = client.get("/api/v1/nope", headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_path")
    assert client.get("/nope", headers=BROWSER).headers["content-type"].startswith("text/html")


def test_the_page_needs_no_key_and_has_nothing_of_the_project_in_it(keyed):
    with keyed.open_client() as client:
        page = client.get("/", headers=BROWSER)
        assert page.status_code == 200
        assert client.get(re.search(r'src="([^"]+chunks/[^"]+)"', page.text).group(1)).status_code == 200
        assert client.get("/personas", headers=BROWSER).status_code == 307
        for path in ("/api/v1/runs", "/personas", "/metrics", "/graph/x", "/nope"):
            assert client.get(path).status_code == 401, path


def test_the_page_is_refused_under_a_name_that_is_not_the_servers(client):
    answer = client.get("/", headers={**BROWSER, "host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "host")


def test_below_a_path_of_a_proxy_the_page_names_all_its_files_there(own):
    told = own.start("--workers", "1", "--root-path", "/tools/moe")
    assert "open http://127.0.0.1:" in told.stdout.readline()
    for cut in ("", "/tools/moe"):  # a proxy may cut its path off, or not
        with own.open_client() as client:
            base = own.url.removesuffix("/tools/moe")
            page = client.get(f"{base}{cut}/", headers=BROWSER)
            named = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
            assert named
            assert all(name.startswith("/tools/moe/") for name in named)
            files = [name.removeprefix("/tools/moe") for name in named if "." in name]
            assert {client.get(f"{base}{cut}{name}").status_code for name in files} == {200}
            leads = client.get(f"{base}{cut}/runs/abc", headers=BROWSER).headers["location"]
            assert leads == "/tools/moe/runs/view/?id=abc"


@pytest.mark.parametrize("path", ["/runs", "/personas/x", "/_next", "/api/moe"])
def test_no_proxy_can_offer_the_server_below_a_path_of_its_own(served, path):
    told = served.run("serve", "--port", "0", "--root-path", path)
    assert (told.returncode, "its own paths begin so" in told.stderr) == (2, True)
