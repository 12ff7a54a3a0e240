"""One run on the page: watched, replayed, read by keys alone, taken up again; and two of them compared."""

import json
import re
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from page_watch import SHOTS, wait_until

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect

TABS = ("Answer", "Timeline", "Graph", "Routing", "Debate", "Log", "Raw")
HOSTILE = (
    "# <script>window.ran = 1</script>\n\n"
    "The vault was opened by Ada Brook in 1998. <img src=x onerror=window.ran=1> [a](javascript:window.ran=1)\n\n"
    "The price was \u202egnihton\u202c of 412 pounds.\n\n" + "word " * 200_000 + "\n"
)
TELL_EMPTY = """
new MutationObserver(() => { window.__empty ||= document.body?.textContent.includes("No event fits"); })
  .observe(document, { childList: true, subtree: true, characterData: true });
"""


@pytest.fixture(scope="module")
def explained(harbour):
    """The id of a run that tells its paths, by several experts."""
    asked = {"question": "Why did Tennick resign?", "docs": ["harbour"], "explain": True, "experts": 3}
    with harbour.open_client() as client:
        return str(client.post("/run", json=asked).json()["run_id"])


def wait_whole(window, count):
    window.page.locator(f"input[type=range][max='{count}']").wait_for()  # a script's text would breach the policy
    window.page.get_by_role("tabpanel").locator("> *").first.wait_for()
    expect(window.page.get_by_role("status").filter(has_text="Loading: ")).to_have_count(0)


def open_run(window, address, count):
    window.page.goto(f"{window.url}{address}")
    wait_whole(window, count)


def count_events(harbour, run_id):
    return len(harbour.read_events(run_id))


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pane_of_a_run_can_be_used_by_everyone(watch, harbour, explained, theme, width):
    window = watch(theme=theme, width=width)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for tab in TABS:
        open_run(window, f"/runs/view/?id={explained}&tab={tab.lower()}", count_events(harbour, explained))
        window.page.screenshot(path=SHOTS / f"run-{tab.lower()}-{theme}-{width}.png", full_page=True)
        window.check_access()
        window.check_width()


def test_a_copied_address_shows_the_same_in_another_window(watch, harbour, explained):
    window = watch()
    open_run(window, f"/runs/view/?id={explained}&tab=log", count_events(harbour, explained))
    window.page.get_by_role("slider", name="Playhead").fill("20")
    window.page.get_by_label("Filter the log").fill("tennick")
    expect(window.page.get_by_text(re.compile(r"^1?[1-9] of 20 events$"))).to_be_visible()  # some are filtered out
    window.page.get_by_role("button", name=re.compile("tool.called")).first.click()
    for part in ("at=20", "q=tennick", "sel=event"):
        window.page.wait_for_url(f"**{part}**")
    expect(find_inspector(window).get_by_role("heading", name="Event #")).to_be_visible()
    other = watch()
    other.page.goto(window.page.url)
    wait_whole(other, count_events(harbour, explained))
    for find in (find_log, find_inspector):
        seen = find(window).inner_text()
        assert "tennick" in seen.lower()
        expect(find(other)).to_have_text(seen, use_inner_text=True)
    window.page.get_by_role("tab", name="Routing").click()
    expect(window.page.get_by_role("tab", name="Routing")).to_have_attribute("aria-selected", "true")
    window.page.go_back()
    expect(window.page.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")


def find_log(window):
    return window.page.get_by_role("region", name="Events up to the playhead", exact=True)


def find_inspector(window):
    return window.page.get_by_role("complementary", name="Inspector", exact=True)


def test_a_citation_is_opened_and_the_playhead_moved_by_keys_alone(watch, harbour, explained):
    window = watch()
    open_run(window, f"/runs/view/?id={explained}", count_events(harbour, explained))
    window.page.get_by_role("button", name="Citation 1", exact=True).first.wait_for()
    keyboard = window.page.keyboard
    for _ in range(80):
        keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Citation 1":
            break
    else:
        pytest.fail("no citation by the tabulator")
    keyboard.press("Enter")
    cited = window.page.locator("mark[data-cited]")
    cited.wait_for()
    with harbour.open_client() as client:
        citation = client.get(f"/api/v1/runs/{explained}").json()["citations"][0]
    assert cited.first.inner_text().rstrip("0123456789,\n") in citation["text"] + "\n"
    keyboard.press("[")
    window.page.wait_for_url("**at=*")
    expect(window.page.get_by_role("slider", name="Playhead")).to_have_attribute(
        "aria-valuetext", re.compile("^event ")
    )


def test_nodes_of_the_graph_are_walked_and_chosen_by_keys(watch, harbour, explained):
    window = watch()
    open_run(window, f"/runs/view/?id={explained}&tab=graph", count_events(harbour, explained))
    window.page.get_by_role("application", name=re.compile("^Graph of [1-9]")).focus()
    window.page.keyboard.press("ArrowRight")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**sel=node**")
    expect(find_inspector(window).get_by_role("heading", name="Node")).to_have_count(1)
    window.page.get_by_role("button", name="As a table").click()
    expect(window.page.get_by_role("row").nth(3)).to_be_visible()


def test_two_runs_are_compared_by_keys_alone(watch, answered, explained):
    window = watch()
    window.page.goto(f"{window.url}/compare/?ids={answered}")
    second = window.page.get_by_label("Run B")
    second.locator(f"option[value='{explained}']").wait_for(state="attached")
    second.focus()
    ids = second.locator("option").evaluate_all("all => all.map((one) => one.value)")
    for run_id in ids[1 : ids.index(explained) + 1]:  # words that are typed count only if they come quickly
        window.page.keyboard.press("ArrowDown")
        expect(second).to_have_value(run_id)
    window.page.wait_for_url(f"**{explained}**")
    window.page.get_by_role("heading", name="Time and cost").wait_for()
    window.check_access()


def test_a_killed_run_is_read_as_far_as_it_got_and_resumed(watch, harbour):
    question = "Who engineered the restoration of the mill?"
    run_id = kill_a_run(harbour, question)
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
    """A run of the command line, killed once it has begun to work; one that was quicker is made again."""
    known = set()
    with harbour.open_client() as client:
        for _ in range(5):
            run_id = kill_at_work(harbour, client, question, known)
            if client.get(f"/api/v1/runs/{run_id}").json()["status"] == "interrupted":
                return run_id
            known.add(run_id)
    raise AssertionError("each run was over before it was killed")


def kill_at_work(harbour, client, question, known):
    process = subprocess.Popen(
        [sys.executable, "-m", "moe", "run", question, "--docs", "harbour", "--quiet"],
        cwd=harbour.folder,
        env=harbour.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for run in client.get("/api/v1/runs").json()["runs"]:
                if run["question"] == question and run["events"] >= 3 and run["run_id"] not in known:
                    return run["run_id"]
        raise AssertionError("the run did not begin")
    finally:
        process.kill()
        process.wait()


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
    expect(window.page.locator("main img, main iframe, main a[href^=javascript]")).to_have_count(0)
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
    events = harbour.read_events(run_id)
    task = next(event["task_id"] for event in events if event["kind"] == "model.invalid")
    for theme, width in (("light", 1280), ("dark", 360)):
        window = watch(theme=theme, width=width)
        open_run(window, f"/runs/view/?id={run_id}&sel=task:{task}", len(events))
        inspector = find_inspector(window)
        exchanges = inspector.locator("summary", has_text="as it")
        exchanges.filter(has_text="·").first.wait_for()  # the reply that was wrong: all before it are there
        for summary in exchanges.all():
            summary.click()
        inspector.get_by_role("group", name="system").first.wait_for()
        wrong = inspector.get_by_role("group", name="Reply as it came").locator("div", has=window.page.locator("mark"))
        expect(wrong.first).to_contain_text('"text": 412')
        expect(wrong.first).to_contain_text("412 is not of type 'string'")
        expect(inspector.get_by_role("group", name="user").first).to_contain_text("resign")
        assert window.page.evaluate("window.ran") is None
        window.page.screenshot(path=SHOTS / f"run-prompt-{theme}-{width}.png", full_page=True)
        window.check_access()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_a_runs_question_is_added_to_a_set_by_keys_alone(watch, harbour, answered, theme, width):
    window = watch(theme=theme, width=width)
    open_run(window, f"/runs/view/?id={answered}", count_events(harbour, answered))
    window.page.get_by_role("button", name="Add to a question set").focus()
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_label("Question set", exact=True)).to_be_focused()
    window.page.keyboard.type(f"by-keys-{theme}")
    expect(window.page.get_by_label("Expected answer")).to_have_value(re.compile("1,126"))
    window.page.screenshot(path=SHOTS / f"run-question-{theme}-{width}.png")
    window.check_access()
    window.page.keyboard.press("Enter")
    window.page.get_by_text("holds 1 question now").wait_for()
    with harbour.open_client() as client:
        sets = client.get("/api/v1/question-sets").json()["sets"]
    assert [one["questions"] for one in sets if one["name"] == f"by-keys-{theme}"] == [1]


def hold_part(window, sign):
    """What lets the page have its part with this sign, once it has asked for it."""
    late = []

    def hold(route):
        answer = route.fetch()
        part = partial(route.fulfill, response=answer)
        late.append(part) if sign in answer.text() else part()

    window.page.route("**/*.js", hold)
    return late


def test_a_part_that_is_on_its_way_says_so(watch, explained):
    window = watch()
    late = hold_part(window, r"context\.cut|plan\.cut")  # the log's own
    window.page.goto(f"{window.url}/runs/view/?id={explained}&tab=log")
    expect(window.page.get_by_role("tabpanel").get_by_role("status")).to_have_text("Loading: Log…")
    window.check_access()
    wait_until(window.page, lambda: len(late) == 1, "the log's part to be asked for")
    late[0]()
    expect(find_log(window)).to_contain_text("run.finished")
    expect(window.page.get_by_role("tabpanel").get_by_role("status")).to_have_count(0)


def test_no_log_is_shown_as_empty_before_its_events_are_there(watch, harbour, explained):
    window = watch()
    window.page.add_init_script(TELL_EMPTY)
    open_run(window, f"/runs/view/?id={explained}&tab=log", count_events(harbour, explained))
    expect(find_log(window)).to_contain_text("run.finished")
    assert not window.page.evaluate("window.__empty")


def test_a_menu_pressed_before_it_is_there_opens_and_has_the_focus(watch, harbour, answered):
    window = watch()
    late = hold_part(window, "DropdownMenuTrigger")
    open_run(window, f"/runs/view/?id={answered}", count_events(harbour, answered))
    window.page.get_by_role("button", name="Export").focus()
    window.page.keyboard.press("Enter")
    wait_until(window.page, lambda: len(late) == 1, "the menu's part to be asked for")
    late[0]()
    window.page.get_by_role("menuitem", name="HTML").wait_for()
    window.page.keyboard.press("Escape")
    expect(window.page.get_by_role("button", name="Export")).to_be_focused()


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
