"""What the server is set to, on the page."""

import pytest

from harbour_project import HarbourProject

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
expect = playwright.expect

WHOLE = {
    "health": "A run would work as configured.",
    "plugins": "Brings",
    "keys": "There are no keys",
    "config": "passwords and keys are never shown",
    "versions": "v1",
}
"""What each part says once the server has told it."""


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("tab", WHOLE)
def test_each_of_its_parts_can_be_used_by_everyone(watch, tab, theme, width):
    window = watch(theme=theme, width=width)
    window.open(f"/settings/?tab={tab}")
    window.page.get_by_role("tabpanel").get_by_text(WHOLE[tab]).first.wait_for()
    window.check_access()
    window.check_width()


def test_what_the_doctor_finds_comes_with_what_to_type(watch):
    window = watch()
    window.open("/settings/?state=note")
    page = window.page
    page.get_by_text("moe index add PATH").wait_for()
    page.get_by_role("radio", name="everything").click()
    page.get_by_text("A run would work as configured.").wait_for()


def test_a_setting_of_ones_own_is_found_with_its_file(watch):
    window = watch()
    window.open("/settings/?tab=config&which=own")
    row = window.page.locator("tr", has_text="system.provider")
    expect(row).to_contain_text("config/system.yaml:1")
    expect(row).to_contain_text("extractive")


@pytest.fixture
def locked(tmp_path):
    """A server of its own, as keys lock others out."""
    project = HarbourProject(tmp_path, "locked")
    project.start("--workers", "1")
    yield project
    project.stop()


def test_a_key_is_shown_once_lets_one_in_and_the_last_one_stays(watch, locked):
    window = watch(url=locked.url)
    window.expected += [
        f"Failed to load resource: the server responded with a status of {status}" for status in (401, 409)
    ]
    window.open("/settings/?tab=keys")
    page = window.page
    page.get_by_text("There are no keys").wait_for()
    page.get_by_role("button", name="Make a key").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Whose it is").fill("chief")
    form.get_by_label("admin").check()
    window.check_access()
    form.get_by_role("button", name="Make", exact=True).click()
    shown = page.get_by_role("dialog", name="The key of chief").locator("code")
    secret = shown.inner_text()
    page.get_by_role("button", name="I have it").click()
    page.get_by_label("Key", exact=True).fill(secret)  # from now on one is demanded
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("button", name="Revoke chief").click()
    revoke = page.get_by_role("dialog").get_by_role("button", name="Revoke")
    revoke.wait_for()
    assert secret.split("_", 2)[2] not in page.content()
    revoke.click()
    page.get_by_text("it is the last key").wait_for()
