"""The page in a real Chromium, against a real server: `make check-ui` has what that needs."""

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from harbour_project import HarbourProject
from page_watch import AXE, PageWatch

WANTED = "MOE_PAGE_TESTS"
HERE = Path(__file__).parent
WAIT_MS = 60_000  # a window on a machine with much else to do can need half of it
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The browser's program."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def list_missing() -> list[str]:
    """What these tests need and what is not here."""
    needs = {
        "pytest-playwright": find_spec("pytest_playwright") is not None,
        "Chromium": find_chromium() is not None,
        f"axe-core ({AXE})": AXE.is_file(),
    }
    return [name for name, is_here in needs.items() if not is_here]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the page's tests out unless they are asked for; then nothing of what they need may be missing."""
    own = [item for item in items if item.path.is_relative_to(HERE)]
    if WANTED not in os.environ:
        why = pytest.mark.skip(reason="needs Node's packages and a browser: make check-ui has them and runs this")
        for item in own:
            item.add_marker(why)
    elif own and (missing := list_missing()):
        raise pytest.UsageError(f"{WANTED} is set, and these are missing: {', '.join(missing)}")
    elif own:
        importlib.import_module("playwright.sync_api").expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser: this machine's own."""
    return {"executable_path": find_chromium(), "args": ["--no-sandbox"]}  # CI's user is root, which has none


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarbourProject]:
    """The example documents, served."""
    project = HarbourProject(tmp_path_factory.mktemp("page"))
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture
def own_harbour(tmp_path: Path) -> Iterator[HarbourProject]:
    """The same with a server that one test may end, or have demand keys."""
    project = HarbourProject(tmp_path)
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture
def path_harbour(tmp_path: Path) -> Iterator[HarbourProject]:
    """The same with a server that a proxy offers below /tools/moe."""
    project = HarbourProject(tmp_path)
    project.start("--workers", "1", "--root-path", "/tools/moe")
    yield project
    project.stop()


@pytest.fixture(scope="session")
def answered(harbour: HarbourProject) -> str:
    """The id of a run that is over, of a question that the example documents answer."""
    asked = {"question": "How many people gave to the appeal for the mill, and how much?", "docs": ["harbour"]}
    with harbour.open_client() as client:
        result = client.post("/run", json=asked).json()
    assert result["status"] == "done", result
    return str(result["run_id"])


Watch = Callable[..., PageWatch]


@pytest.fixture
def watch(browser: Any, harbour: HarbourProject) -> Iterator[Watch]:
    """Opens windows that are watched; at the end none may have done what it must not."""
    opened: list[PageWatch] = []

    def open_window(*, theme: str = "light", width: int = 1280, url: str = "", **options: Any) -> PageWatch:
        size = {"width": width, "height": 800}
        context = browser.new_context(color_scheme=theme, viewport=size, reduced_motion="reduce", **options)
        context.set_default_timeout(WAIT_MS)
        opened.append(PageWatch(context.new_page(), url or harbour.url))
        return opened[-1]

    yield open_window
    try:
        for one in opened:
            one.check()
    finally:
        for one in opened:
            one.page.context.close()
