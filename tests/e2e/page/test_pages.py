"""Each of the nine pages: light and dark, wide and narrow; nobody is shut out, nothing goes elsewhere."""

import pytest

from page_watch import SHOTS

PAGES = {
    "now": "/",
    "runs": "/runs/",
    "run": "/runs/view/?id={run}",
    "compare": "/compare/?ids={run}",
    "personas": "/personas/",
    "atlas": "/graph/?run={run}",
    "documents": "/documents/",
    "metrics": "/metrics/",
    "settings": "/settings/",
}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everyone_and_keeps_to_itself(watch, answered, name, theme, width):
    window = watch(theme=theme, width=width)
    window.open(PAGES[name].format(run=answered))
    assert window.page.locator("h1").count() == 1
    SHOTS.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=SHOTS / f"{name}-{theme}-{width}.png", full_page=True)
    window.check_access()
    wider = window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"the page is {wider} pixels wider than its window"
