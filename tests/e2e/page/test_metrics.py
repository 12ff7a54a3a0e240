"""Figures over time, and the runs behind them."""

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect
pytestmark = pytest.mark.usefixtures("answered")


def test_a_span_that_is_dragged_over_leads_to_its_runs(watch, answered):
    window = watch()
    window.open("/metrics/?range=hour")
    page = window.page
    chart = page.locator(".recharts-surface").first
    box = window.find_still_box(chart)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
    page.mouse.move(box["x"] + box["width"] - 12, middle, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(r"from=\d+&to=\d+"))
    link = page.get_by_role("link", name="Show these runs")
    expect(link).to_have_attribute("href", re.compile(r"/runs/\?since=\d+&until=\d+$"))
    link.click()
    page.get_by_text("How many people gave to the appeal for the mill, and how much?").first.wait_for()
    page.go_back()
    page.wait_for_url(re.compile(r"/metrics/.*from=\d+&to=\d+"))


def test_its_ends_move_by_keyboard_and_a_copied_address_shows_the_same(watch):
    window = watch()
    window.open("/metrics/?range=hour")
    page = window.page
    page.get_by_label("From").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("From")).to_have_value("5")
    since = re.search(r"since=(\d+)", page.get_by_role("link", name="Show these runs").get_attribute("href"))
    page.wait_for_url(re.compile(rf"from={since[1]}\b"))  # the address follows after a pause
    told = page.get_by_text(re.compile(r"\d+ runs$")).inner_text()
    other = watch()
    other.open(page.url.removeprefix(window.url))
    expect(other.page.get_by_text(re.compile(r"\d+ runs$"))).to_have_text(told)


def test_all_that_is_drawn_is_also_a_table_whose_rows_lead_to_runs(watch):
    window = watch()
    window.open("/metrics/?range=hour")
    page = window.page
    page.get_by_text("The same as a table").click()
    row = page.get_by_role("region", name="The same as a table").locator("tbody tr").first
    expect(row.get_by_role("link")).to_have_attribute("href", re.compile(r"/runs/\?since="))
    window.check_access()


def test_a_time_without_runs_says_so(watch):
    window = watch()
    window.open("/metrics/?range=custom&since=1000000&until=1003600")
    window.page.get_by_text("No run began in this time").wait_for()
