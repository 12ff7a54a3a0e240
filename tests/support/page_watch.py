"""What a browser's page does that it must not: errors, requests to other hosts, breaches of its policy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_ROOT = Path(__file__).parents[2]
AXE = _ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = _ROOT / "build" / "page"
"""Where pictures of the pages are left."""
_TELL_BREACHES = """
window.__breaches = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__breaches.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}`));
"""
_RUN_AXE = """
async () => (await axe.run(document)).violations.map(
  (rule) => `${rule.id}: ${rule.help}: ${rule.nodes.map((node) => node.html).join("\\n")}`)
"""


@dataclass
class PageWatch:
    """Watches a page of playwright's from before its first address.

    Attributes:
        page: The page.
        url: The server's address, below which everything must lie.
        expected: Beginnings of errors of the console that the test means to cause.
        faults: What the page did that it must not.
    """

    page: Any
    url: str
    expected: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(_TELL_BREACHES)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._see)

    def open(self, path: str) -> None:
        """Go to an address of the server and wait until the page has asked for what it shows."""
        self.page.goto(f"{self.url}{path}")
        self.page.wait_for_load_state("networkidle")

    def open_busy(self, path: str) -> None:
        """Go to an address whose page goes on asking, such as while something runs."""
        self.page.goto(f"{self.url}{path}")
        self.page.wait_for_load_state("load")

    def check(self) -> None:
        """Fail where the page has done what it must not, in this document or an earlier one."""
        faults = [*self.faults, *self.page.evaluate("window.__breaches")]
        assert not faults, "\n".join(faults)

    def check_access(self) -> None:
        """Fail where somebody could not use what is shown now: names, roles, contrast."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))  # not as a script tag, which the page's policy forbids
        found = self.page.evaluate(_RUN_AXE)
        assert found == [], "\n".join(found)

    def check_width(self) -> None:
        """Fail where the page is wider than its window."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"the page is {wider} pixels wider than its window"

    def find_still_box(self, locator: Any) -> dict[str, float]:
        """Where something stands once it moves no more."""
        boxes = [locator.bounding_box()]

        def is_still() -> bool:
            boxes.append(locator.bounding_box())
            return boxes[-1] is not None and boxes[-1] == boxes[-2]

        wait_until(self.page, is_still, f"{locator} to stand still")
        return dict(boxes[-1])

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(message.text.startswith(one) for one in self.expected):
            self.faults.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _see(self, request: Any) -> None:
        asked, own = urlsplit(request.url), urlsplit(self.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != own.netloc:
            self.faults.append(f"asked another host: {request.url}")


def wait_until(page: Any, holds: Callable[[], bool], what: str) -> None:
    """Wait for what no locator can tell; a condition given as a script's text would breach the page's policy."""
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"waited 30 seconds in vain for {what}")
