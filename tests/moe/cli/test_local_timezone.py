"""The time zone of this machine."""

from zoneinfo import ZoneInfo

from moe.cli.local_timezone import find_local_timezone


def test_the_environment_names_it(monkeypatch):
    monkeypatch.setenv("TZ", ":Europe/Berlin")
    assert find_local_timezone() == "Europe/Berlin"


def test_what_the_environment_names_wrongly_is_left_to_the_system(monkeypatch):
    monkeypatch.setenv("TZ", "Mars/Olympus")
    assert ZoneInfo(find_local_timezone())
