"""The experts on the page."""

import re

import pytest

from page_watch import SHOTS

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect
CARD = "tabulator"


@pytest.fixture
def find_tier(harbour):
    """Asks the server where a persona stands."""

    def find(name):
        with harbour.open_client() as client:
            return client.get(f"/api/v1/personas/{name}").json()["card"]["tier"]

    return find


def test_a_persona_is_promoted_by_keyboard_alone_and_put_back(watch, find_tier):
    window = watch()
    window.open(f"/personas/?words={CARD}")
    page, keys = window.page, window.page.keyboard
    page.locator("button[aria-haspopup=menu]").first.wait_for()  # before, it has no menu
    page.get_by_role("button", name=f"Actions for {CARD}").focus()
    keys.press("Enter")
    highlighted = page.locator("[role=menuitem][data-highlighted]")
    highlighted.wait_for()
    keys.type("Promote")  # as in any menu; the highlight follows a moment later
    highlighted.filter(has_text="Promote").wait_for()
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    window.check_access()
    keys.type("it did well")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    page.get_by_text(f"{CARD}: experimental → active").wait_for()
    assert find_tier(CARD) == "active"
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text(f"{CARD} is experimental again.").wait_for()
    assert find_tier(CARD) == "experimental"


def test_a_persona_is_cloned_and_what_is_no_trait_is_not_sent(watch, harbour):
    window = watch()
    window.expected.append("Failed to load resource: the server responded with a status of 409")
    window.open("/personas/view/?id=auditor")
    page = window.page
    page.get_by_role("button", name="Actions for auditor").click()
    page.get_by_role("menuitem", name="Clone").click()
    dialog = page.get_by_role("dialog")
    make = dialog.get_by_role("button", name="Make")
    dialog.get_by_label("Name").fill("auditor")
    dialog.get_by_label("depth").fill("11")
    expect(make).to_be_disabled()
    dialog.get_by_label("depth").fill("9")
    make.click()
    dialog.get_by_text("there is a persona auditor already").wait_for()
    dialog.get_by_label("Name").fill("auditor-two")
    make.click()
    page.wait_for_url("**/personas/view/?id=auditor-two")
    page.get_by_role("heading", name="auditor-two").wait_for()
    with harbour.open_client() as client:
        persona = client.get("/api/v1/personas/auditor-two").json()["persona"]
    assert (persona["traits"]["depth"], persona["metadata"]["parent"]) == (9, "auditor")


def test_a_copied_address_shows_the_same_cards_and_back_leads_back(watch):
    window = watch()
    window.open("/personas/")
    page = window.page
    page.get_by_role("radio", name="stable").click()
    page.get_by_label("Sort by").select_option("share")
    page.wait_for_url(re.compile("(?=.*stable)(?=.*share)"))
    cards = page.locator("main li h2")
    expect(cards).to_have_text(["generalist"])
    other = watch()
    other.open(page.url.removeprefix(window.url))
    expect(other.page.locator("main li h2")).to_have_text(["generalist"])
    page.go_back()
    expect(cards.nth(1)).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_one_persona_can_be_read_by_everyone(watch, harbour, answered, theme, width):
    window = watch(theme=theme, width=width)
    window.open("/personas/view/?id=generalist")
    question = "How many people gave to the appeal for the mill, and how much?"
    with harbour.open_client() as client:
        ids = [run["run_id"] for run in client.get("/api/v1/runs").json()["runs"] if run["question"] == question]
    assert answered in ids  # others may have asked the same
    link = window.page.get_by_role("link", name=question).first
    expect(link).to_have_attribute("href", re.compile("|".join(ids)))
    window.check_access()


def test_one_that_is_not_there_is_told_in_the_servers_words(watch):
    window = watch()
    window.expected.append("Failed to load resource: the server responded with a status of 404")
    window.open("/personas/view/?id=auditer")
    window.page.get_by_text("did you mean 'auditor'").wait_for()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_where_a_persona_walked_is_drawn_and_told_in_a_table(watch, harbour, theme, width):
    asked = {"question": "Why did Tennick resign?", "docs": ["harbour"], "explain": True, "personas": ["generalist"]}
    with harbour.open_client() as client:
        client.post("/run", json=asked).raise_for_status()
    window = watch(theme=theme, width=width)
    window.open("/personas/view/?id=generalist")
    window.page.get_by_test_id("graph").wait_for()
    window.page.get_by_text("As a table").click()
    window.page.get_by_role("row").filter(has_text="passage").first.wait_for()
    window.page.screenshot(path=SHOTS / f"persona-territory-{theme}-{width}.png", full_page=True)
    window.check_access()
    window.check_width()
    canvas = window.page.get_by_test_id("graph")
    canvas.focus()
    window.page.keyboard.press("ArrowRight")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**sel=*")
