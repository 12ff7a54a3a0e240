"""The list of runs: it never moves under its reader, and what is ticked can be compared, kept and deleted."""

import json

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect


def ask(client, question: str) -> str:
    told = client.post("/run", json={"question": question, "docs": ["harbour"]}).json()
    return told["run_id"]


@pytest.fixture
def client(harbour):
    with harbour.open_client() as client:
        yield client


def test_new_runs_wait_behind_a_pill_and_move_nothing(watch, answered, client):
    window = watch()
    window.open("/runs/")
    page = window.page
    row = page.locator(f"tr[data-row='{answered}']")
    before = window.find_still_box(row)
    fresh = ask(client, "When was the harbour dredged?")
    pill = page.get_by_role("button", name="1 new")
    expect(pill).to_be_visible(timeout=15_000)
    assert row.bounding_box() == before
    expect(page.locator(f"tr[data-row='{fresh}']")).to_have_count(0)
    window.check_access()
    pill.click()
    expect(page.locator("tbody tr").first).to_have_attribute("data-row", fresh)
    expect(pill).to_have_count(0)


def test_filters_stand_in_the_address_and_what_leaves_nothing_says_which_to_drop(watch, answered, client):
    ask(client, "Which needle is in this stack?")
    window = watch()
    window.open("/runs/?text=needle")
    page = window.page
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Status").select_option("failed")
    expect(page.get_by_role("main")).to_contain_text("No run fits")
    window.check_access()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_forward()
    page.get_by_role("main").get_by_role("button", name="Status").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**/runs/?text=needle")


def test_a_view_is_saved_under_a_name(watch, answered):
    window = watch()
    window.open("/runs/?text=mill&status=done")
    page = window.page
    page.get_by_role("button", name="Save this view").click()
    page.keyboard.type("Mills")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="All", exact=True).click()
    page.wait_for_url(f"{window.url}/runs/")
    page.reload()
    page.get_by_role("link", name="Mills").click()
    page.wait_for_url("**text=mill**")
    expect(page.get_by_role("link", name="Mills")).to_have_attribute("aria-current", "true")


def test_two_runs_are_ticked_by_keyboard_compared_and_exported(watch, answered, client):
    other = ask(client, "What else was restored?")
    window = watch()
    window.open("/runs/")
    page = window.page
    expect(page.locator("tbody tr").nth(1)).to_be_visible()  # before, the keys have no rows to go over
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    bar = page.get_by_role("group", name="2 ticked")
    expect(bar).to_be_visible()
    window.check_access()
    ids = [row.get_attribute("data-row") for row in page.locator("tbody tr").all()[:2]]
    assert other in ids
    with page.expect_download() as kept:
        bar.get_by_role("button", name="Export as JSON").click()
    runs = json.loads(kept.value.path().read_text(encoding="utf-8"))["runs"]
    assert [run["result"]["run_id"] for run in runs] == ids
    assert all(run["events"][-1]["kind"] == "run.finished" for run in runs)
    bar.get_by_role("link", name="Compare").click()
    page.wait_for_url(f"**/compare/?ids={ids[0]},{ids[1]}")


def test_deleting_asks_first(watch, client):
    doomed = ask(client, "Delete me")
    window = watch()
    window.open(f"/runs/?text=Delete+me&ticked={doomed}")
    page = window.page
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog", name="Delete a run?")
    expect(dialog).to_be_visible()
    window.check_access()
    dialog.get_by_role("button", name="Cancel").click()
    assert client.get(f"/api/v1/runs/{doomed}").status_code == 200
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("main")).to_contain_text("No run fits")
    assert client.get(f"/api/v1/runs/{doomed}").status_code == 404
