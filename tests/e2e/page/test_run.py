"""One run on the page: watched, replayed, read by keys alone, taken up again; and two of them compared."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from page_watch import SHOTS

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")

TABS = ("Answer", "Timeline", "Graph", "Routing", "Debate", "Log", "Raw")
HOSTILE = (
    "# <script>window.ran = 1</script>\n\n"
    "The vault was opened by Ada Brook in 1998. <img src=x onerror=window.ran=1> [a](javascript:window.ran=1)\n\n"
    "The price was \u202egnihton\u202c of 412 pounds.\n\n" + "word " * 200_000 + "\n"
)


@pytest.fixture(scope="module")
def explained(harbour):
    """The id of a run that tells its paths, by several experts."""
    asked = {"question": "Why did Tennick resign?", "docs": ["harbour"], "explain": True, "experts": 3}
    with harbour.open_client() as client:
        return str(client.post("/run", json=asked).json()["run_id"])


def wait_whole(window, count):
    window.page.locator(f"input[type=range][max='{count}']").wait_for()  # a script's text would breach the policy
    window.page.get_by_role("tabpanel").locator("> *").first.wait_for()


def open_run(window, address, count):
    window.page.goto(f"{window.url}{address}")
    wait_whole(window, count)


def count_events(harbour, run_id):
    with harbour.open_client() as client:
        told = client.get(f"/api/v1/runs/{run_id}/events", headers={"accept": "application/json"})
        return len(told.json()["events"])


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pane_of_a_run_can_be_used_by_everyone(watch, harbour, explained, theme, width):
    window = watch(theme=theme, width=width)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for tab in TABS:
        open_run(window, f"/runs/view/?id={explained}&tab={tab.lower()}", count_events(harbour, explained))
        window.page.screenshot(path=SHOTS / f"run-{tab.lower()}-{theme}-{width}.png", full_page=True)
        window.check_access()
        assert window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_copied_address_shows_the_same_in_another_window(watch, harbour, explained):
    window = watch()
    open_run(window, f"/runs/view/?id={explained}&tab=log", count_events(harbour, explained))
    window.page.get_by_role("slider", name="Playhead").fill("20")
    window.page.get_by_label("Filter the log").fill("tennick")
    window.page.get_by_role("button", name=re.compile("tool.called")).first.click()
    window.page.wait_for_url("**at=20**")
    other = watch()
    other.page.goto(window.page.url)
    wait_whole(other, count_events(harbour, explained))
    for name in ("Log", "Inspector"):
        seen = [one.page.get_by_label(name, exact=True).first.inner_text() for one in (window, other)]
        assert seen[0] == seen[1] != ""
    window.page.get_by_role("tab", name="Routing").click()
    window.page.go_back()
    assert window.page.get_by_role("tab", name="Log").get_attribute("aria-selected") == "true"


def test_a_citation_is_opened_and_the_playhead_moved_by_keys_alone(watch, harbour, explained):
    window = watch()
    open_run(window, f"/runs/view/?id={explained}", count_events(harbour, explained))
    keyboard = window.page.keyboard
    for _ in range(80):
        keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Citation 1":
            break
    keyboard.press("Enter")
    cited = window.page.locator("mark[data-cited]")
    cited.wait_for()
    with harbour.open_client() as client:
        citation = client.get(f"/api/v1/runs/{explained}").json()["citations"][0]
    assert cited.first.inner_text().rstrip("0123456789,\n") in citation["text"] + "\n"
    keyboard.press("[")
    window.page.wait_for_url("**at=*")
    assert window.page.get_by_role("slider", name="Playhead").get_attribute("aria-valuetext").startswith("event ")


def test_nodes_of_the_graph_are_walked_and_chosen_by_keys(watch, harbour, explained):
    window = watch()
    open_run(window, f"/runs/view/?id={explained}&tab=graph", count_events(harbour, explained))
    canvas = window.page.get_by_test_id("graph")
    canvas.focus()
    window.page.keyboard.press("ArrowRight")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**sel=node**")
    assert window.page.get_by_label("Inspector").get_by_role("heading", name="Node").count() == 1
    window.page.get_by_role("button", name="As a table").click()
    rows = window.page.get_by_role("row").count()
    assert rows > 3


def test_two_runs_are_compared_by_keys_alone(watch, answered, explained):
    window = watch()
    window.page.goto(f"{window.url}/compare/?ids={answered}")
    second = window.page.get_by_label("Run B")
    second.locator("option", has_text="Why did Tennick").first.wait_for(state="attached")
    second.focus()
    window.page.keyboard.type("Why did Tennick")
    window.page.get_by_role("heading", name="Time and cost").wait_for()
    assert explained in window.page.url
    window.check_access()


def test_a_killed_run_is_read_as_far_as_it_got_and_resumed(watch, harbour):
    question = "Who engineered the restoration of the mill?"
    run_id = kill_a_run(harbour, question)
    with harbour.open_client() as client:
        assert client.get(f"/api/v1/runs/{run_id}").json()["status"] == "interrupted"
    window = watch()
    window.page.goto(f"{window.url}/runs/view/?id={run_id}")
    window.page.get_by_text("The process that did this run is gone").wait_for()
    before = count_events(harbour, run_id)
    wait_whole(window, before)
    window.page.get_by_role("button", name="Resume").click()
    window.page.get_by_test_id("answer").wait_for(timeout=30_000)
    after = count_events(harbour, run_id)
    assert after > before
    wait_whole(window, after)


def kill_a_run(harbour, question):
    """A run of the command line, killed once it has begun to work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "moe", "run", question, "--docs", "harbour", "--quiet"],
        cwd=harbour.folder,
        env=harbour.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with harbour.open_client() as client:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            runs = client.get("/api/v1/runs").json()["runs"]
            found = [run for run in runs if run["question"] == question and run["events"] >= 3]
            if found:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                return found[0]["run_id"]
    raise AssertionError("the run did not begin")


def test_a_hostile_run_runs_nothing_and_breaks_nothing(watch, harbour):
    (harbour.folder / "hostile").mkdir()
    (harbour.folder / "hostile" / "vault.md").write_text(HOSTILE, encoding="utf-8")
    question = "Who opened the vault <script>window.ran = 1</script>?"
    with harbour.open_client() as client:
        run = client.post("/run", json={"question": question, "docs": ["hostile"], "explain": True}).json()
    window = watch()
    for tab in TABS:
        address = f"/runs/view/?id={run['run_id']}&tab={tab.lower()}&sel=cite:1"
        open_run(window, address, count_events(harbour, run["run_id"]))
        assert window.page.evaluate("window.ran") is None
    window.page.locator("mark[data-cited]").wait_for()
    assert window.page.locator("main img, main iframe, main a[href^=javascript]").count() == 0
    with window.page.expect_download() as begun:
        window.page.get_by_role("button", name="Export").click()
        window.page.get_by_role("menuitem", name="HTML").click()
    saved = Path(str(begun.value.path())).read_text(encoding="utf-8")
    assert "<script" not in saved
    assert json.dumps(question)[1:-1].split("<")[0] in saved


def test_prompt_and_reply_of_a_call_are_read_with_what_was_wrong_at_its_place(watch, harbour):
    asked = {"question": "Why did Tennick resign?", "docs": ["harbour"], "provider": "clumsy", "mode": "full"}
    with harbour.open_client() as client:
        run_id = client.post("/run", json=asked).json()["run_id"]
        events = client.get(f"/api/v1/runs/{run_id}/events", headers={"accept": "application/json"}).json()["events"]
    task = next(event["task_id"] for event in events if event["kind"] == "model.invalid")
    for theme, width in (("light", 1280), ("dark", 360)):
        window = watch(theme=theme, width=width)
        open_run(window, f"/runs/view/?id={run_id}&sel=task:{task}", count_events(harbour, run_id))
        inspector = window.page.get_by_label("Inspector")
        exchanges = inspector.locator("summary", has_text="as it")
        exchanges.first.wait_for()
        for summary in exchanges.all():
            summary.click()
        inspector.get_by_role("group", name="system").first.wait_for()
        wrong = inspector.get_by_role("group", name="Reply as it came").locator("div", has=window.page.locator("mark"))
        assert '"text": 412' in wrong.first.inner_text()
        assert "412 is not of type 'string'" in wrong.first.inner_text()
        assert "resign" in inspector.get_by_role("group", name="user").first.inner_text()
        assert window.page.evaluate("window.ran") is None
        window.page.screenshot(path=SHOTS / f"run-prompt-{theme}-{width}.png", full_page=True)
        window.check_access()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_a_runs_question_is_added_to_a_set_by_keys_alone(watch, harbour, answered, theme, width):
    window = watch(theme=theme, width=width)
    open_run(window, f"/runs/view/?id={answered}", count_events(harbour, answered))
    window.page.get_by_role("button", name="Add to a question set").focus()
    window.page.keyboard.press("Enter")
    window.page.get_by_label("Question set", exact=True).wait_for()
    window.page.keyboard.type(f"by-keys-{theme}")
    assert "1,126" in window.page.get_by_label("Expected answer").input_value()
    window.page.screenshot(path=SHOTS / f"run-question-{theme}-{width}.png")
    window.check_access()
    window.page.keyboard.press("Enter")
    window.page.get_by_text("holds 1 question now").wait_for()
    with harbour.open_client() as client:
        sets = client.get("/api/v1/question-sets").json()["sets"]
    assert [one["questions"] for one in sets if one["name"] == f"by-keys-{theme}"] == [1]


def test_a_menu_pressed_before_it_is_there_opens_and_has_the_focus(watch, harbour, answered):
    window = watch()
    late = []

    def hold_menus(route):
        answer = route.fetch()
        part = partial(route.fulfill, response=answer)
        late.append(part) if "DropdownMenuTrigger" in answer.text() else part()

    window.page.route("**/*.js", hold_menus)
    open_run(window, f"/runs/view/?id={answered}", count_events(harbour, answered))
    window.page.get_by_role("button", name="Export").focus()
    window.page.keyboard.press("Enter")
    assert len(late) == 1
    late[0]()
    window.page.get_by_role("menuitem", name="HTML").wait_for()
    window.page.keyboard.press("Escape")
    playwright.expect(window.page.get_by_role("button", name="Export")).to_be_focused()


def test_an_unknown_run_is_told_of_in_the_servers_words(watch):
    window = watch()
    window.expected.append("Failed to load resource: the server responded with a status of 404")
    window.open("/runs/view/?id=nobody")
    window.page.get_by_text("no run is named 'nobody'").first.wait_for()


def test_the_demo_plays_a_recorded_run_without_any_run_of_ones_own(watch):
    window = watch()
    window.page.goto(f"{window.url}/runs/view/?id=demo")
    window.page.get_by_text("recorded demo").wait_for()
    window.page.get_by_test_id("answer").get_by_text("3,430").wait_for()
    window.page.get_by_role("tab", name="Graph").click()
    window.page.get_by_role("application").wait_for()
    window.check_access()
