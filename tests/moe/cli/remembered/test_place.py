import io
import os

import pytest

from moe.cli.remembered.place import find_place

WORDS = ("tools", "list")


def test_one_command_line_has_one_place(place):
    assert find_place(WORDS) == find_place(list(WORDS))
    assert find_place(WORDS) != find_place((*WORDS, "--json"))


@pytest.mark.parametrize(
    "name", ["MOE_PLUGINS", "MOE_TOOLS__NEWS__ENABLED", "moe_system__web", "XDG_CONFIG_HOME", "NO_COLOR", "HOME"]
)
def test_what_is_listed_and_how_depends_on_variables(place, monkeypatch, name):
    before = find_place(WORDS)
    monkeypatch.setenv("EDITOR", "ed")
    assert find_place(WORDS) == before
    monkeypatch.setenv(name, "/elsewhere")
    assert find_place(WORDS) != before


def test_each_size_of_terminal_has_its_own(place, monkeypatch):
    places = {find_place(WORDS)}
    monkeypatch.setattr(os, "isatty", lambda descriptor: descriptor == 1)
    for columns in (40, 80):
        monkeypatch.setattr(
            os, "get_terminal_size", lambda descriptor, columns=columns: os.terminal_size((columns, 24))
        )
        places.add(find_place(WORDS))
    assert len(places) == 3


def test_nothing_is_remembered_where_times_are_told_or_characters_are_lost(place, monkeypatch):
    monkeypatch.setenv("MOE_LOG", "debug")
    assert find_place(WORDS) is None
    monkeypatch.delenv("MOE_LOG")
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert find_place(WORDS) is None
