"""Documents on the page: sent, read at the very words, taken out."""

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect

MILL = "# The mill\n\nThe wheel turns at ebb. <script>alert(1)</script> It was oiled by Ada Brook.\n"


def choose(page, *names):
    files = [{"name": name, "mimeType": "text/markdown", "buffer": MILL.encode()} for name in names]
    page.set_input_files("input[type=file]", files)


def test_files_are_sent_read_and_taken_out(watch):
    window = watch()
    window.expected.append("Failed to load resource: the server responded with a status of 422")
    window.open("/documents/")
    page = window.page
    page.get_by_label("Collection", exact=True).fill("mills")
    choose(page, "mill.md", "notes.xyz")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("notes.xyz is of a kind that moe does not read").wait_for()
    page.get_by_role("button", name="Clear").click()
    choose(page, "mill.md", "wheel.md")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/documents/?collection=mills")
    page.get_by_text("2 added").wait_for()
    page.get_by_role("link", name="mill.md").click()
    reader = page.get_by_role("region", name="mill.md")
    reader.get_by_text("<script>alert(1)</script>").wait_for()  # as text
    window.check_access()
    page.get_by_role("button", name="Close", exact=True).first.click()
    page.get_by_role("button", name="Remove mill.md").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("1 removed").wait_for()
    page.get_by_role("button", name="Delete the collection").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the collection").click()
    page.get_by_text("mills is deleted.").wait_for()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_a_citation_is_opened_at_the_very_words_by_its_address(watch, harbour, theme, width):
    asked = {"question": "What is the rent of the granary lease?", "docs": ["harbour"]}
    with harbour.open_client() as client:
        run = client.post("/run", json=asked).json()
    cited = run["citations"][0]
    window = watch(theme=theme, width=width)
    window.open(f"/documents/?run={run['run_id']}&citation=1")
    mark = window.page.locator("mark[data-at=true]")
    mark.wait_for()
    assert "".join(cited["text"].split())[:40] in "".join(mark.first.inner_text().split())
    expect(window.page.get_by_role("region", name=cited["document"]).locator(mark).first).to_be_in_viewport()
    window.check_access()


def test_the_index_is_told_to_be_missing_or_shown_with_its_files(watch):
    window = watch()
    window.open("/documents/?tab=index")
    window.page.get_by_text("No documents are indexed").wait_for()
