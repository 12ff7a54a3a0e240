"""Places of a spreadsheet on the page's map: seen, reached by keys alone, and over tiles that the settings name."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from page_watch import SHOTS, wait_until

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect

LIGHTS = """light,built,height_m,keeper,latitude,longitude
Skerryvore,1844,48,Alan Stevenson,56.3233,-7.1144
Muckle Flugga,1854,20,Thomas Stevenson,60.8553,-0.8853
Bell Rock,1810,35,Robert Stevenson,56.4342,-2.3872
Cape Wrath,1828,20,Robert Stevenson,58.6256,-4.9989
Nowhere,1900,10,Nobody,0,0
Kinnaird Head,1787,23,Thomas Smith,57.6980,-2.0036
Ardnamurchan,1849,36,Alan Stevenson,56.7269,-6.2267
"""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkcHj4HwADVAHxYlrvSgAAAABJRU5ErkJggg=="
)


class TileServer(BaseHTTPRequestHandler):
    """Gives the same picture for every tile, and keeps what was asked for, and from where."""

    asked: ClassVar[list[str]] = []
    told: ClassVar[set[tuple[str, str]]] = set()

    def do_GET(self) -> None:
        """One tile."""
        self.asked.append(self.path)
        self.told.add((self.headers.get("referer", ""), self.headers.get("cookie", "")))
        self.send_response(200)
        self.send_header("content-type", "image/png")
        self.send_header("content-length", str(len(PNG)))
        self.end_headers()
        self.wfile.write(PNG)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def tile_host() -> Iterator[str]:
    """Host and port of a server of tiles."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), TileServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def ask(project, question: str) -> str:
    places = project.folder / "places"
    places.mkdir(exist_ok=True)
    (places / "lights.csv").write_text(LIGHTS, encoding="utf-8")
    with project.open_client() as client:
        result = client.post("/run", json={"question": question, "docs": ["places"]}).json()
    assert result["status"] == "done", result
    return str(result["run_id"])


@pytest.fixture(scope="module")
def lights(harbour) -> str:
    """A run whose answer rests on all rows of the lights."""
    return ask(harbour, "How many lights are there in lights.csv?")


def open_map(window, run_id: str, more: str = "") -> None:
    window.open(f"/runs/view/?id={run_id}&tab=map{more}")
    window.page.get_by_test_id("map").wait_for()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_can_be_used_by_everyone_and_asks_no_other_host(watch, lights, theme, width):
    window = watch(theme=theme, width=width)
    open_map(window, lights)
    window.page.get_by_role("button", name="Skerryvore, cited as 1").wait_for()
    SHOTS.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=SHOTS / f"run-map-{theme}-{width}.png", full_page=True)
    window.check_access()
    window.page.get_by_role("button", name="As a table").click()
    window.page.get_by_role("cell", name="Kinnaird Head").wait_for()
    window.check_access()
    window.check_width()


def test_a_sign_has_its_citations_number_and_opens_it(watch, harbour, lights):
    with harbour.open_client() as client:
        result = client.get(f"/api/v1/runs/{lights}").json()
    cited = {place["label"]: place["citations"] for place in result["places"]}
    assert len(cited) == 6
    assert cited["Ardnamurchan"] == [] != cited["Bell Rock"]
    assert "Bell Rock" in result["citations"][cited["Bell Rock"][0] - 1]["text"]
    assert "Nowhere: 0, 0 stands for a place that is not known; it is not on the map." in [
        note["text"] for note in result["observer"]["notes"]
    ]
    window = watch()
    window.open(f"/runs/view/?id={lights}")
    window.page.get_by_role("tab", name="Map").click()
    signs = window.page.get_by_role("button", name="56.4342° N")
    number = cited["Bell Rock"][0]
    expect(signs).to_have_text(re.compile(rf"^{number}(\n|$)"), use_inner_text=True)
    signs.click()
    expect(window.page.locator("mark[data-cited]")).to_contain_text("Bell Rock")
    window.page.reload()  # the address is the whole state
    window.page.locator("mark[data-cited]").wait_for()
    expect(window.page.get_by_role("region", name="Chosen places")).to_contain_text("Bell Rock")


def test_the_map_is_moved_and_read_by_keys_alone(watch, lights):
    window = watch()
    open_map(window, lights)
    sign = window.page.get_by_role("button", name="Skerryvore, cited as 1")
    before = window.find_still_box(sign)
    window.page.get_by_test_id("map").focus()
    window.page.keyboard.press("ArrowRight")
    wait_at(window.page, sign, before["x"] - 60)
    window.page.keyboard.press("0")
    wait_at(window.page, sign, before["x"])
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    expect(window.page.locator("mark[data-cited]")).to_contain_text("Skerryvore")


def wait_at(page, sign, x: float) -> None:
    wait_until(page, lambda: abs(sign.bounding_box()["x"] - x) < 2, f"the sign to stand at {x}")


@pytest.fixture(scope="module")
def mapped(harbour) -> str:
    """A collection with rows that have coordinates, and an outline."""
    outline = {"type": "Polygon", "coordinates": [[[-3.4, 56.0], [-2.6, 56.0], [-2.6, 56.2], [-3.4, 56.0]]]}
    firth = {"type": "Feature", "properties": {"name": "Firth of Forth", "depth": 30}, "geometry": outline}
    files = [
        ("files", ("lights.csv", LIGHTS)),
        ("files", ("firth.geojson", json.dumps({"type": "FeatureCollection", "features": [firth]}))),
    ]
    with harbour.open_client() as client:
        assert client.post("/api/v1/collections?wait=60", data={"name": "mapped"}, files=files).status_code == 200
    return "mapped"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_atlas_has_a_map_of_an_index(watch, mapped, theme, width):
    window = watch(theme=theme, width=width)
    window.open(f"/graph/?collection={mapped}&map=1")
    sign = window.page.get_by_role("button", name="Firth of Forth, 56.1° N")
    sign.wait_for()
    sign.click()
    window.page.get_by_role("region", name="Chosen", exact=True).get_by_text("name: Firth of Forth").wait_for()
    SHOTS.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=SHOTS / f"atlas-map-{theme}-{width}.png", full_page=True)
    window.check_access()
    window.page.get_by_role("button", name="As a table").click()
    window.page.get_by_role("cell", name="Kinnaird Head", exact=True).wait_for()
    window.check_access()
    window.check_width()
    window.page.get_by_role("button", name="As a graph").click()
    window.page.get_by_test_id("map").wait_for(state="detached")


def test_the_atlas_s_map_shows_what_a_search_finds_and_says_what_it_cannot(watch, mapped):
    window = watch()
    window.open(f"/graph/?collection={mapped}&map=1&q=Firth")
    window.page.get_by_role("button", name="Firth of Forth").wait_for()
    expect(window.page.get_by_role("button", name="Bell Rock")).to_have_count(0)
    window.open(f"/graph/?collection={mapped}&map=1")
    window.page.get_by_text("that no map can show").wait_for()


def test_the_atlas_s_map_of_a_run_shows_its_answer_s_places(watch, lights):
    window = watch()
    window.open(f"/graph/?run={lights}&map=1")
    window.page.get_by_role("button", name="Skerryvore, 56.3233° N").wait_for()


def test_an_answer_without_places_has_no_map(watch, harbour, answered):
    window = watch()
    window.open(f"/runs/view/?id={answered}&tab=log")
    events = len(harbour.read_events(answered))
    window.page.get_by_text(f"{events} of {events} events").wait_for()  # places would be told in the last of them
    expect(window.page.get_by_role("tab", name="Map")).to_have_count(0)


def test_the_exported_file_lists_the_places(watch, lights):
    window = watch()
    window.open(f"/runs/view/?id={lights}")
    window.page.get_by_role("button", name="Export").click()
    with window.page.expect_download() as waited:
        window.page.get_by_role("menuitem", name="Export as one HTML file").click()
    told = waited.value.path().read_text(encoding="utf-8")
    assert "<h2>Places</h2>" in told
    assert "<td>56.4342</td><td>-2.3872</td>" in told


def test_tiles_come_from_the_server_that_is_set_and_from_no_other(browser, own_harbour, tile_host):
    own_harbour.stop()
    own_harbour.start(
        "--workers",
        "1",
        settings=(f"server.map_tiles=http://{tile_host}/t/{{z}}/{{x}}/{{y}}.png", "server.map_credit=The Survey"),
    )
    run_id = ask(own_harbour, "How many lights are there in lights.csv?")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    refused, hosts = [], set()
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{own_harbour.url}/runs/view/?id={run_id}&tab=map")
    tiles = page.locator("img[src*='/t/']")
    tiles.first.wait_for(state="attached")
    drawn = "all => all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 0)"
    wait_until(page, lambda: tiles.evaluate_all(drawn), "all tiles to be drawn")
    assert hosts == {own_harbour.url.split("/")[2], tile_host}
    assert all(path.startswith("/t/") and path.endswith(".png") for path in TileServer.asked)
    assert TileServer.told == {(f"{own_harbour.url}/", "")}, "where the page is, and nothing of the run"
    expect(page.get_by_text("The Survey")).to_have_count(1)
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/a.png' }))")
    wait_until(page, lambda: refused != [], "the picture of another host to be refused")
    assert len(refused) == 1
    assert "Content Security Policy" in refused[0]
    context.close()
