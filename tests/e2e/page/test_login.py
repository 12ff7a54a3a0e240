"""The page of a server that demands keys."""

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect


def test_a_key_is_asked_for_once_and_kept_by_no_script(watch, own_harbour):
    key = own_harbour.run("keys", "create", "ann").stdout.split()[-1]
    window = watch(url=own_harbour.url)
    window.expected += ["Failed to load resource: the server responded with a status of 401"]
    window.open("/runs/?status=failed")
    form = window.page.get_by_role("main")
    expect(form).to_contain_text("A key is needed")
    window.check_access()
    form.get_by_label("Key").fill("wrong")
    form.get_by_label("Key").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("no such key")
    form.get_by_label("Key").fill(key)
    form.get_by_role("button", name="Enter").click()
    expect(window.page.get_by_role("heading", name="Runs")).to_be_visible()
    window.page.wait_for_url("**/runs/?status=failed")
    kept = window.page.evaluate("[document.cookie, JSON.stringify({...localStorage, ...sessionStorage})]")
    assert key not in "".join(kept)
    window.page.reload()
    expect(window.page.get_by_role("heading", name="Runs")).to_be_visible()


def test_what_changes_something_carries_the_sessions_token_and_the_session_ends(watch, own_harbour):
    key = own_harbour.run("keys", "create", "bob").stdout.split()[-1]
    window = watch(url=own_harbour.url)
    window.expected += ["Failed to load resource: the server responded with a status of 401"]
    window.open("/?from=docs&docs=harbour")
    window.page.get_by_role("main").get_by_label("Key").fill(key)
    window.page.keyboard.press("Enter")
    window.page.get_by_label("Question").fill("How many people gave to the appeal for the mill, and how much?")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/runs/view/?id=*")
    window.page.keyboard.press("Control+k")
    expect(window.page.get_by_placeholder("A page, a run")).to_be_focused()
    window.page.keyboard.type("End the session")
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("main")).to_contain_text("A key is needed")
