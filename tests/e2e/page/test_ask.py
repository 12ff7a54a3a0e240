"""A question is asked on the page, watched, and goes on with."""

import time

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect
QUESTION = "How many people gave to the appeal for the mill, and how much?"


def find_id(window) -> str:
    window.page.wait_for_url("**/runs/view/?id=*")
    return window.page.url.rpartition("id=")[2].partition("&")[0]


def await_end(client, run_id: str) -> dict:
    until = time.monotonic() + 60
    while (told := client.get(f"/api/v1/runs/{run_id}").json())["status"] in ("queued", "running"):
        assert time.monotonic() < until, told
        time.sleep(0.2)
    return told


def test_a_first_question_is_asked_by_keyboard_and_answered_from_the_documents(watch, harbour):
    window = watch()
    window.open("/")
    page = window.page
    page.keyboard.press("/")
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.get_by_role("radio", name="Files or folders").press("Enter")
    page.get_by_label("Files, folders or patterns").fill("harbour")
    page.get_by_label("Depth").select_option("quick")
    window.check_access()
    page.get_by_label("Question").press("Enter")
    with harbour.open_client() as client:
        told = await_end(client, find_id(window))
    assert told["status"] == "done"
    assert told["citations"]


def test_what_is_not_asked_yet_stands_in_the_address(watch):
    window = watch()
    window.open("/")
    page = window.page
    page.get_by_label("Question").fill("Wem gehört die Mühle, und seit wann?")
    page.get_by_text("Who works, and how much it may cost").click()
    page.get_by_label("Task type").select_option("research")
    page.get_by_label("Most tokens").fill("9000")
    page.get_by_role("checkbox").first.check()
    page.wait_for_url("**tokens=9000**")
    other = watch()
    other.page.goto(page.url)
    expect(other.page.get_by_label("Question")).to_have_value("Wem gehört die Mühle, und seit wann?")
    expect(other.page.get_by_label("Task type")).to_have_value("research")
    expect(other.page.get_by_label("Most tokens")).to_have_value("9000")
    expect(other.page.get_by_role("checkbox").first).to_be_checked()
    other.check_access()


def test_what_the_server_refuses_is_told_in_its_own_words(watch):
    window = watch()
    window.expected += ["Failed to load resource"]
    window.open("/?question=x&from=docs&docs=/etc")
    window.page.get_by_role("button", name="Ask", exact=True).click()
    alert = window.page.get_by_role("main").get_by_role("alert")
    expect(alert).to_contain_text("'/etc' lies outside of the folders that may be asked about")
    expect(alert).to_contain_text("server.docs_roots")
    window.check_access()


def test_a_run_is_seen_while_it_goes_on_and_can_be_ended(watch, harbour):
    with harbour.open_client() as client:
        asked = {"question": "Take your time", "top": "drummer", "drummer": "sluggish", "docs": ["harbour"]}
        run_id = client.post("/api/v1/runs", json=asked).json()["run_id"]
        window = watch()
        window.open_busy("/")
        strip = window.page.get_by_role("listitem").filter(has_text="Take your time").first
        expect(strip).to_contain_text("at work: sluggish", timeout=20_000)
        window.check_access()
        strip.get_by_role("button", name="Cancel").click()
        expect(window.page.get_by_role("status").filter(has_text="being ended")).to_be_visible()
        assert await_end(client, run_id)["status"] == "cancelled"
        expect(window.page.get_by_role("button", name="Cancel “Take your time”")).to_have_count(0)


def test_a_conversation_is_gone_on_with(watch, harbour):
    with harbour.open_client() as client:
        asked = {"question": QUESTION, "docs": ["harbour"], "conversation_id": "mill-talk"}
        client.post("/run", json=asked).raise_for_status()
        window = watch()
        window.open("/?from=docs&docs=harbour")
        window.page.get_by_role("button", name=f"Go on with “{QUESTION}”").click()
        expect(window.page.get_by_label("Question")).to_be_focused()
        window.page.keyboard.type("And in which year?")
        window.page.keyboard.press("Enter")
        told = await_end(client, find_id(window))
    assert told["conversation_id"] == "mill-talk"
