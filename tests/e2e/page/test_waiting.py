"""A run that waits for a person, on the page: what it would do, and what is said to it, by hand and by keys alone."""

import time

import pytest

from harbour_project import HarbourProject
from page_watch import SHOTS

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect

TOOL = '''
from pathlib import Path

from moe_core import BaseTool


class PostNote(BaseTool):
    """Post a note on the harbour's board."""

    effects = ("fs.write",)
    capabilities = ("note",)
    asks_first = True
    repeats = "safe"

    def execute(self, query: str) -> dict:
        with Path("board.txt").open("a", encoding="utf-8") as file:
            file.write(query + "\\n")
        return {"statement": f"The board says: {query}", "value": "posted"}
'''
POSTER = '''FROM auto
ROLE drummer
DESCRIPTION Posts notes on the board
SYSTEM """You post notes."""
TOOL post_note
CAPABILITY note
'''


class Board:
    """A served project with a tool that must be asked."""

    def __init__(self, project: HarbourProject) -> None:
        self.project = project
        self._file = project.folder / "board.txt"

    def ask(self, question: str) -> str:
        """Have something posted, as far as the run gets."""
        asked = {"question": question, "top": "drummer", "drummer": "poster"}
        with self.project.open_client() as client:
            run_id = str(client.post("/api/v1/runs", json=asked).json()["run_id"])
        self.wait(run_id, "waiting")
        return run_id

    def wait(self, run_id: str, status: str) -> dict:
        """The result once the run stands so."""
        until = time.time() + 60
        with self.project.open_client() as client:
            while True:
                result = client.get(f"/api/v1/runs/{run_id}").json()
                if result["status"] == status:
                    return result
                assert time.time() < until, result
                time.sleep(0.1)

    def read(self) -> str:
        """What was posted."""
        return self._file.read_text(encoding="utf-8") if self._file.exists() else ""


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    project = HarbourProject(tmp_path_factory.mktemp("board"))
    (project.folder / "plugins" / "tools" / "office").mkdir(parents=True)
    (project.folder / "plugins" / "tools" / "office" / "board.py").write_text(TOOL, encoding="utf-8")
    (project.folder / "modelfiles" / "drummers" / "poster.moe").write_text(POSTER, encoding="utf-8")
    project.start("--workers", "1")
    yield Board(project)
    project.stop()


FOCUSED = "document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent"


def press(page, name: str) -> None:
    """Come to a button by the tabulator, and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"no {name} by the tabulator")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_run_waits_for_can_be_read_by_everyone(watch, board, theme, width):
    run_id = board.ask("Post that the ferry is late")
    window = watch(theme=theme, width=width, url=board.project.url)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, address in (("now", "/"), ("run", f"/runs/view/?id={run_id}"), ("runs", "/runs/?status=waiting")):
        window.open(address)
        if name == "runs":
            window.page.get_by_role("cell", name="waits for you").first.wait_for()
        else:
            window.page.get_by_role("button", name="Approve post_note").first.wait_for()
            expect(window.page.locator("pre").first).to_contain_text("Post that the ferry is late")
            expect(window.page.get_by_text("The tool asks before each call.").first).to_be_visible()
        window.page.screenshot(path=SHOTS / f"waiting-{name}-{theme}-{width}.png", full_page=True)
        window.check_access()
        window.check_width()
    with board.project.open_client() as client:
        client.post(f"/api/v1/runs/{run_id}/cancel")
    board.wait(run_id, "cancelled")


def test_a_call_is_approved_on_the_first_page_by_keys_alone(watch, board):
    run_id = board.ask("Post that berth 4 is closed")
    window = watch(url=board.project.url)
    window.open("/")
    window.page.get_by_role("button", name="Approve post_note").wait_for()
    press(window.page, "Approve post_note")
    expect(window.page.get_by_role("textbox", name="Why")).to_be_focused()
    window.page.keyboard.type("the pilot asked")
    assert "berth 4" not in board.read()  # the first press only asks
    window.page.keyboard.press("Enter")
    result = board.wait(run_id, "done")
    assert "Post that berth 4 is closed" in board.read()
    assert "The board says" in result["answer"]
    window.page.get_by_role("button", name="Approve post_note").wait_for(state="detached")


def test_a_call_is_skipped_on_the_runs_page_which_goes_on_by_itself(watch, board):
    run_id = board.ask("Post that the mill is sold")
    window = watch(url=board.project.url)
    window.open(f"/runs/view/?id={run_id}")
    window.page.get_by_role("treeitem", name="waits for you").wait_for()
    window.page.get_by_role("button", name="Skip post_note").click()
    window.page.get_by_role("textbox", name="Why").fill("it is not")
    window.page.get_by_role("button", name="Yes, skip").click()
    window.page.get_by_role("region", name="This run waits for you").wait_for(state="detached")
    window.page.get_by_text("complete", exact=True).wait_for(state="detached")
    window.page.get_by_text("post_note was skipped: it is not").first.wait_for()
    result = board.wait(run_id, "done")
    assert result["degraded"]
    assert "the mill is sold" not in board.read()
    window.page.get_by_role("button", name="Follow up").wait_for()  # as for a run that is over


def test_a_page_that_is_open_goes_on_when_somebody_decides_elsewhere(watch, board):
    run_id = board.ask("Post that the tide is low")
    window = watch(url=board.project.url)
    window.open(f"/runs/view/?id={run_id}")
    window.page.get_by_role("button", name="Approve post_note").wait_for()
    window.page.get_by_role("button", name="Export").click()
    with window.page.expect_download() as waited:
        window.page.get_by_role("menuitem", name="Export as one HTML file").click()
    told = waited.value.path().read_text(encoding="utf-8")
    assert "<h2>What it waits for</h2>" in told
    assert "Post that the tide is low" in told
    with board.project.open_client() as client:
        client.post(f"/api/v1/runs/{run_id}/approve")
    window.page.get_by_role("button", name="Follow up").wait_for(timeout=30_000)
    window.page.get_by_role("tabpanel").get_by_text("The board says").wait_for()
