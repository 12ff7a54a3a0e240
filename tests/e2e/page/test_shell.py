"""The frame around all pages: commands, keys, theme, the badge of the server."""

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect


def test_every_page_is_reached_by_keys_alone_and_by_the_palette(watch):
    window = watch()
    window.open("/")
    keys = window.page.keyboard
    for letter, path in zip(
        "rcpadmsn", "/runs/ /compare/ /personas/ /graph/ /documents/ /metrics/ /settings/ /".split(), strict=True
    ):
        keys.press("g")
        keys.press(letter)
        window.page.wait_for_url(f"**{path}")
    keys.press("Control+k")
    expect(window.page.get_by_placeholder("A page, a run")).to_be_focused()
    keys.type("doc")
    expect(window.page.get_by_role("option", name="Documents")).to_be_visible()
    window.check_access()
    keys.press("Enter")
    window.page.wait_for_url("**/documents/")
    expect(window.page.get_by_role("navigation").get_by_role("link", name="Documents")).to_have_attribute(
        "aria-current", "page"
    )


def test_letters_that_are_typed_lead_nowhere(watch):
    window = watch()
    window.open("/")
    window.page.get_by_label("Question").fill("")
    window.page.get_by_label("Question").press_sequentially("gr?")
    expect(window.page.get_by_label("Question")).to_have_value("gr?")
    assert window.page.url.partition("?")[0] == f"{window.url}/"
    expect(window.page.get_by_role("dialog")).to_have_count(0)


def test_the_keys_are_told_and_the_focus_comes_back(watch):
    window = watch()
    window.open("/settings/")
    window.page.get_by_role("button", name="Keys").press("Enter")
    dialog = window.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("next and last row")
    window.check_access()
    window.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(window.page.get_by_role("button", name="Keys")).to_be_focused()


def test_a_chosen_theme_and_density_stay_and_count_before_the_page_is_drawn(watch):
    window = watch(theme="light")
    window.open("/settings/")
    window.page.get_by_role("button", name="Theme").click()
    window.page.get_by_role("menuitem", name="Theme: Dark").wait_for()
    window.check_access()
    window.page.get_by_role("menuitem", name="Theme: Dark").click()
    window.page.get_by_role("button", name="Theme").click()
    window.page.get_by_role("menuitem", name="Density: Compact").click()
    window.page.goto(f"{window.url}/runs/", wait_until="commit")
    window.page.wait_for_selector("body", state="attached")
    shown = window.page.evaluate("[document.documentElement.dataset.theme, document.documentElement.dataset.density]")
    assert shown == ["dark", "compact"]


def test_the_badge_tells_since_when_the_server_is_away_and_that_it_is_back(watch, own_harbour):
    window = watch(url=own_harbour.url)
    window.expected += ["Failed to load resource"]
    window.open("/runs/")
    badge = window.page.get_by_role("banner")
    expect(badge).to_contain_text("live")
    port = own_harbour.url.rpartition(":")[2]
    own_harbour.stop()
    expect(badge).to_contain_text(re.compile(r"server away for \d"), timeout=30_000)
    window.check_access()
    expect(window.page.get_by_role("heading", name="Runs")).to_be_visible()
    own_harbour.start("--workers", "1", "--port", port)
    expect(badge).to_contain_text("live", timeout=30_000)


def test_an_unknown_address_says_so_and_leads_home(watch):
    window = watch()
    window.expected += ["Failed to load resource"]
    window.open("/nope/nothing")
    expect(window.page.get_by_role("main")).to_contain_text("Nothing here")
    window.check_access()
    window.page.get_by_role("main").get_by_role("link").click()
    window.page.wait_for_url(f"{window.url}/")


def test_a_narrow_window_has_the_pages_behind_a_button(watch):
    window = watch(width=360)
    window.open("/")
    expect(window.page.get_by_role("navigation", name="Pages")).to_be_hidden()
    window.page.get_by_role("button", name="Menu").click()
    window.page.get_by_role("link", name="Metrics").wait_for()
    window.check_access()
    window.page.get_by_role("link", name="Metrics").click()
    window.page.wait_for_url("**/metrics/")
    expect(window.page.get_by_role("navigation", name="Pages")).to_be_hidden()
