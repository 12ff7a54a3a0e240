"""The page behind a reverse proxy that offers it below a path."""

import pytest

from path_proxy import offer_below

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect
PAGES = "/ /runs/ /runs/view/ /compare/ /personas/ /graph/ /documents/ /metrics/ /settings/".split()


def test_all_pages_and_a_question_work_below_the_path(watch, path_harbour):
    server = path_harbour.url.removesuffix("/tools/moe")
    with offer_below("/tools/moe", server) as url:
        window = watch(url=url)
        for path in PAGES:
            window.open(path)
            expect(window.page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_count(9)
        window.open("/")
        window.page.get_by_role("link", name="Runs", exact=True).click()
        window.page.wait_for_url(f"{url}/runs/")
        window.open("/?from=docs&docs=harbour")
        window.page.get_by_label("Question").fill("How many people gave to the appeal for the mill, and how much?")
        window.page.keyboard.press("Enter")
        window.page.wait_for_url(f"{url}/runs/view/?id=*")
        window.page.goto(f"{url}/runs/some-run")
        window.page.wait_for_url(f"{url}/runs/view/?id=some-run")
