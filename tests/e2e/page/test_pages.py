"""Each of the nine pages: light and dark, wide and narrow; nobody is shut out, nothing goes elsewhere."""

import pytest

from page_watch import SHOTS

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect
PAGES = {
    "now": ("/", "role=textbox[name='Question']"),
    "runs": ("/runs/", "tr[data-row='{run}']"),
    "run": ("/runs/view/?id={run}", "[data-testid=answer]"),
    "compare": ("/compare/?ids={run}", "option[value='{run}']"),
    "personas": ("/personas/", "main li h2"),
    "atlas": ("/graph/?run={run}", "[data-testid=graph]"),
    "documents": ("/documents/", "input[type=file]"),
    "metrics": ("/metrics/", ".recharts-surface"),
    "settings": ("/settings/", "text=A run would work as configured."),
}
"""The address of each, and what is there once its server has told what it shows."""


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everyone_and_keeps_to_itself(watch, answered, name, theme, width):
    window = watch(theme=theme, width=width)
    address, whole = (part.format(run=answered) for part in PAGES[name])
    window.open(address)
    window.page.locator(whole).first.wait_for(state="attached")
    expect(window.page.locator("h1")).to_have_count(1)
    SHOTS.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=SHOTS / f"{name}-{theme}-{width}.png", full_page=True)
    window.check_access()
    window.check_width()
